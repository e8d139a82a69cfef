import { fullMatch } from '../domain/pattern.ts';
import { refuseInput, serverUrl } from './input.ts';
import { readSwitch, readText, refuseParam } from './param-values.ts';
import type { Wish } from './provider.ts';

/** DNS suffix of each partition, and how its regions begin (AWS General Reference, AWS STS endpoints). */
const partitions: Readonly<Record<string, { readonly suffix: string; readonly regions: RegExp }>> = {
  aws: { suffix: 'amazonaws.com', regions: /(?!cn-|us-gov-|us-iso|eu-iso|eusc-).*/ },
  'aws-us-gov': { suffix: 'amazonaws.com', regions: /us-gov-.*/ },
  'aws-cn': { suffix: 'amazonaws.com.cn', regions: /cn-.*/ },
  'aws-eusc': { suffix: 'amazonaws.eu', regions: /eusc-.*/ },
  'aws-iso': { suffix: 'c2s.ic.gov', regions: /us-iso-.*/ },
  'aws-iso-b': { suffix: 'sc2s.sgov.gov', regions: /us-isob-.*/ },
  'aws-iso-e': { suffix: 'cloud.adc-e.uk', regions: /eu-isoe-.*/ },
  'aws-iso-f': { suffix: 'csp.hci.ic.gov', regions: /us-isof-.*/ },
};

/** True for the name of a partition that has an STS that is known here. */
export function isPartition(name: string): boolean {
  return Object.hasOwn(partitions, name);
}

/** The input `region`, before it is known of which partition. @throws CredsError `input-invalid` */
export function readRegion({ region = '' }: Wish): string {
  if (fullMatch(/[a-z]{2,4}(-[a-z]+)+-\d{1,2}/, region)) return region;
  throw refuseInput('region', 'must be a region such as eu-west-1');
}

/**
 * Where STS is asked: in the region, in the partition of the roles, by FIPS where that is wanted.
 * @throws CredsError `input-invalid`
 */
export function stsEndpoint(wish: Wish, region: string, partition: string): URL {
  const { suffix = '', regions } = partitions[partition] ?? {};
  if (regions === undefined || !fullMatch(regions, region))
    throw refuseInput('region', `is not in the partition of \`role\`, ${partition}`);
  const fips = readSwitch(wish.params, 'fips');
  const endpoint = readText(wish.params, 'endpoint');
  if (endpoint === undefined)
    return new URL(`https://${hostOf(region, partition, fips)}.${region}.${suffix}/`);
  if (fips)
    throw refuseParam(
      'fips',
      'and `endpoint` exclude each other: an endpoint that is named is FIPS or not by itself',
    );
  return new URL(`${serverUrl('params: endpoint', endpoint, true)}/`);
}

/** https://aws.amazon.com/compliance/fips/: in GovCloud the usual endpoint is the one. */
function hostOf(region: string, partition: string, fips: boolean): string {
  if (!fips || partition === 'aws-us-gov') return 'sts';
  if (partition === 'aws' && fullMatch(/(us|ca)-.*/, region)) return 'sts-fips';
  throw refuseParam('fips', `needs a region of the United States or Canada; ${region} has no FIPS endpoint`);
}
