import type { Address, Merchant } from '../programme/records.js';

/** Invented addresses; some leave out secondLine or state, as the guide's do. */
export const ADDRESSES: readonly Address[] = [
  { firstLine: '14 Canfield Gardens', city: 'London', country: 'GB', postCode: 'NW6 2FG' },
  { firstLine: 'Flat 3', secondLine: '27 Marchmont Road', city: 'Edinburgh', country: 'GB', postCode: 'EH9 1HX' },
  { firstLine: 'Oranienstraße 118', city: 'Berlin', country: 'DE', postCode: '10969' },
  { firstLine: '8 rue des Récollets', secondLine: 'Bâtiment B', city: 'Paris', country: 'FR', postCode: '75010' },
  { firstLine: 'Calle del Pez 21', city: 'Madrid', state: 'Madrid', country: 'ES', postCode: '28004' },
  { firstLine: 'Via San Vitale 40', city: 'Bologna', state: 'BO', country: 'IT', postCode: '40125' },
  { firstLine: 'Rua da Boavista 102', secondLine: '2.º esquerdo', city: 'Lisboa', country: 'PT', postCode: '1200-067' },
  { firstLine: '5 Camden Row', city: 'Dublin', country: 'IE', postCode: 'D08 X2P4' },
];

/** Invented merchants. Some lack fields, as any merchant's data may. */
export const MERCHANTS: readonly (Merchant & { currency: string; rate: string })[] = [
  { id: 'M-20417', name: 'Kornblume Bäckerei', mcc: 5462, country: 'DE', city: 'Berlin', currency: 'EUR', rate: '1' },
  { id: 'M-10088', name: 'Northway Rail', mcc: 4112, country: 'GB', city: 'London', currency: 'GBP', rate: '0.8571' },
  { id: 'M-77120', name: 'Livraria do Largo', mcc: 5942, country: 'PT', city: 'Lisboa', currency: 'EUR', rate: '1' },
  {
    id: 'M-31009',
    name: 'Harbour Street Grocer',
    mcc: 5411,
    country: 'IE',
    city: 'Dublin',
    currency: 'EUR',
    rate: '1',
  },
  { id: 'M-55214', name: 'Cloudberry Hosting', mcc: 7372, country: 'US', currency: 'USD', rate: '1.0842' },
  { id: 'M-90331', name: 'Taverna Asinelli', mcc: 5812, country: 'IT', city: 'Bologna', currency: 'EUR', rate: '1' },
  { name: 'Parking 0042', mcc: 742, country: 'ES', city: 'Madrid', currency: 'EUR', rate: '1' },
];
