/** Published check values for Content-Digest. `body` is the exact content; some end in a line feed. */
export interface ContentDigestVector {
  readonly source: string;
  readonly body: string;
  readonly algorithms: readonly ('sha-256' | 'sha-512')[];
  readonly value: string;
}

export const contentDigestVectors: readonly ContentDigestVector[] = [
  {
    source: 'github.com/OffBlocks/httpsig at 94e1ecc, digest tests: sha-256 (the body of RFC 9530 appendix B.1)',
    body: '{"hello": "world"}\n',
    algorithms: ['sha-256'],
    value: 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
  },
  {
    source: 'github.com/OffBlocks/httpsig at 94e1ecc, digest tests: sha-512 (the body of RFC 9530 appendix B.1)',
    body: '{"hello": "world"}\n',
    algorithms: ['sha-512'],
    value: 'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:',
  },
  {
    source: 'RFC 9421 appendix B.2, test-request: sha-512 of a body without a line feed',
    body: '{"hello": "world"}',
    algorithms: ['sha-512'],
    value: 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
  },
];
