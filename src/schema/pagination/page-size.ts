/** Edges on a page when neither `first` nor `last` is given. */
export const DEFAULT_PAGE_SIZE = 20;

/** The most edges that one page can have. A client that asks for more is told so, not cut short. */
export const MAX_PAGE_SIZE = 500;
