import { expect, test } from 'vitest'
import { telltaleHistory } from './image-facts'

test('a history that names an index, a proxy or the build’s own folder is found out', () => {
  const layers = [
    '/bin/sh -c #(nop) COPY dir:0123 in / ',
    '|1 PIP_INDEX_URL=https://pypi.example/ /bin/sh -c pip install x',
    'COPY machine /tmp/berth-build/machine',
  ].map((createdBy) => ({ createdBy, sizeBytes: 1 }))
  expect(telltaleHistory(layers)).toEqual(layers.slice(1).map((layer) => layer.createdBy))
})
