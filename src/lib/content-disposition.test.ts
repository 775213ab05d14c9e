import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachment } from './content-disposition.ts';

test('a plain name stands as it is, last in the header', () => {
  assert.equal(attachment('model-1.0.RData'), 'attachment; filename=model-1.0.RData');
});

test('any other name is exact in RFC 5987 notation first, then without what stops old clients', () => {
  assert.equal(
    attachment('a b\'ü".csv'),
    "attachment; filename*=UTF-8''a%20b%27%C3%BC%22.csv; filename=a_b'__.csv",
  );
  assert.equal(attachment('x;y,z\r\n'), "attachment; filename*=UTF-8''x%3By%2Cz%0D%0A; filename=x_y_z__");
});
