import { Field, ObjectType } from 'type-graphql';
import { CountryCodeScalar } from '../scalars/country-code.scalar.js';

@ObjectType({ simpleResolvers: true, description: 'A postal address.' })
export class Address {
  @Field(() => String, { description: 'Street and number.' })
  firstLine!: string;

  @Field(() => String, { nullable: true, description: 'Flat, floor, building; null where there is none.' })
  secondLine!: string | null;

  @Field(() => String, { description: 'City or town.' })
  city!: string;

  @Field(() => String, { nullable: true, description: 'State, province or region; null where addresses do without.' })
  state!: string | null;

  @Field(() => CountryCodeScalar, { description: 'Country.' })
  country!: string;

  @Field(() => String, { description: 'Postal code.' })
  postCode!: string;
}
