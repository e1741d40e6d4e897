import { describe, expect, it } from 'vitest';
import { BrokerError, problemOf } from './broker-error.js';
import { problemTypes } from './problem-types.js';

describe('a BrokerError', () => {
  it('is an Error with its code, status and title', () => {
    const error = new BrokerError('id-reused');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'BrokerError',
      code: 'id-reused',
      status: 409,
      message: problemTypes['id-reused'].title,
      findings: [],
    });
  });
});

describe('the problem document of an error', () => {
  it('has the advice as detail when nothing more is known', () => {
    expect(problemOf(new BrokerError('not-found'))).toEqual({
      type: 'urn:concordat:problem:not-found',
      title: 'There is nothing here',
      status: 404,
      detail: problemTypes['not-found'].advice,
    });
  });

  it.each(['It is wrong', 'It is wrong.'])('says what was wrong here, then what to do: %s', (detail) => {
    expect(problemOf(new BrokerError('not-found', detail)).detail).toBe(
      `It is wrong. ${problemTypes['not-found'].advice}`,
    );
  });

  it('has findings only when there are any', () => {
    const findings = [{ path: '/a', message: 'is wrong' }];
    expect(problemOf(new BrokerError('invalid-data', 'No', findings)).findings).toEqual(findings);
    expect(problemOf(new BrokerError('invalid-data', 'No'))).not.toHaveProperty('findings');
  });

  it('shows nothing of an error but what is meant to be shown', () => {
    const error = Object.assign(new BrokerError('internal'), { cause: 'secret', payload: 'secret' });
    expect(JSON.stringify(problemOf(error))).not.toContain('secret');
  });
});
