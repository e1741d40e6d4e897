/** What a caller is told about one kind of problem. `advice` says what to do next, in plain English. */
export interface ProblemType {
  /** The HTTP status with which it is answered. */
  readonly status: number;
  readonly title: string;
  readonly advice: string;
}

/**
 * The registry of every problem that the broker can answer with. A code is stable: others script against
 * `urn:concordat:problem:<code>`. `docs/problems.md` is made from this table, and a test holds them equal.
 */
export const problemTypes = {
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    advice: 'Send one JSON value, in UTF-8, without a byte order mark or anything after it.',
  },
  'duplicate-key': {
    status: 400,
    title: 'The body names a member twice',
    advice: 'Name each member of an object once: readers disagree about which of two would count.',
  },
  'unsafe-number': {
    status: 400,
    title: 'The body holds a number that would be changed by reading it',
    advice: 'Send numbers outside of ±9007199254740991, or of more than 17 digits, as strings.',
  },
  'forbidden-key': {
    status: 400,
    title: 'The body names a member that is not allowed',
    advice: 'Rename the member "__proto__".',
  },
  'too-deep': {
    status: 400,
    title: 'The body is nested too deeply',
    advice: 'Nest objects and arrays at most 64 deep.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    advice: 'Send smaller records, or fewer of them in one batch.',
  },
  'head-too-large': {
    status: 431,
    title: 'The address and headers are too large',
    advice: 'Keep the address and all headers together under 16 KiB.',
  },
  'too-slow': {
    status: 408,
    title: 'The request took too long to arrive',
    advice: 'Send it again, without pauses.',
  },
  'not-http': {
    status: 400,
    title: 'The request is not valid HTTP',
    advice: 'Check the request line, the headers and Content-Length; an HTTP library does that for you.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has a media type that is not accepted here',
    advice: 'Set Content-Type to one of the types that the API description lists for this request.',
  },
  'not-a-cloudevent': {
    status: 400,
    title: 'The body is not a CloudEvents 1.0 event in JSON',
    advice: 'Give specversion "1.0", id, source, type and a JSON object as data.',
  },
  'invalid-parameter': {
    status: 400,
    title: 'A parameter or a member of the body is missing or wrong',
    advice: 'Correct what the detail names.',
  },
  'unknown-type': {
    status: 422,
    title: 'No schema is registered for this event type',
    advice: 'Check the spelling of the type, or register its schema first.',
  },
  'invalid-data': {
    status: 422,
    title: 'The data does not satisfy the schema of its event type',
    advice: 'Correct the members that "findings" lists, then send the event again.',
  },
  'event-too-large': {
    status: 422,
    title: 'The event is too large',
    advice: 'Keep each event, as JSON, under the limit that the detail names.',
  },
  'no-token': {
    status: 401,
    title: 'The request carries no access token',
    advice: 'Get a token from the token endpoint and send it as "Authorization: Bearer …".',
  },
  'invalid-token': {
    status: 401,
    title: 'The access token cannot be accepted',
    advice: 'Get a new token from this broker’s token endpoint, for this broker’s audience.',
  },
  'expired-token': {
    status: 401,
    title: 'The access token has expired',
    advice: 'Get a new token; tokens last five minutes.',
  },
  'missing-scope': {
    status: 403,
    title: 'The access token does not allow this',
    advice: 'Ask for the scope that the detail names, with a client that may have it.',
  },
  'foreign-source': {
    status: 403,
    title: 'The source belongs to another agency, or to none',
    advice: 'Use a source that is registered for your own agency; nobody can publish on behalf of another.',
  },
  'foreign-agency': {
    status: 403,
    title: 'This belongs to another agency',
    advice: 'Act for your own agency only.',
  },
  'id-reused': {
    status: 409,
    title: 'An event with this source and id but other content was accepted before',
    advice: 'Give a new event a new id. To repeat an event, send the same content.',
  },
  'already-exists': {
    status: 409,
    title: 'This exists already, with other content',
    advice: 'Read what is there, then choose another name or version.',
  },
  'version-conflict': {
    status: 409,
    title: 'Somebody else has proposed this version, or another one is next',
    advice:
      'Nothing of theirs or yours is lost. Compare your draft with the newest version, then propose it as the next one.',
  },
  'agreement-invalid': {
    status: 422,
    title: 'The agreement cannot be accepted',
    advice: 'Correct what "findings" lists. Nothing was kept.',
  },
  'template-invalid': {
    status: 422,
    title: 'The template cannot be accepted',
    advice: 'Correct what "findings" lists. Nothing was kept.',
  },
  'template-values-invalid': {
    status: 422,
    title: 'The template cannot be filled in with these values',
    advice: 'Give each blank one value of its type, and nothing that is no blank of the template.',
  },
  'schema-invalid': {
    status: 422,
    title: 'The event schema cannot be accepted',
    advice: 'Correct what the detail names. Nothing was kept.',
  },
  'signature-invalid': {
    status: 422,
    title: 'The signature cannot be accepted',
    advice:
      'Sign what was proposed, as fetched from the broker, with the key that is registered for this agency and role, on a machine whose clock is right.',
  },
  'key-invalid': {
    status: 422,
    title: 'The key cannot be accepted',
    advice: 'Send a public Ed25519 or P-256 key as a JWK, without private members.',
  },
  'key-not-endorsed': {
    status: 422,
    title: 'No key of the agency vouches for the new one',
    advice:
      'Have the new signing key vouched for with a signing key that the agency has: "concordat keys register --vouch-with".',
  },
  'key-unusable': {
    status: 422,
    title: 'The key may not be used now',
    advice: 'Sign again with a key of this role that is valid now; the agency’s legal team registers one.',
  },
  'already-revoked': {
    status: 409,
    title: 'The key is revoked already',
    advice: 'A revocation is never taken back; compromisedSince may only move to an earlier time.',
  },
  'notice-invalid': {
    status: 422,
    title: 'The notice cannot be accepted',
    advice: 'Correct what the detail or "findings" names, and sign the notice again.',
  },
  'notice-untimely': {
    status: 422,
    title: 'The notice was not made just now',
    advice: 'Make and sign the notice again, with a right clock, and send it within 24 hours.',
  },
  'notice-too-short': {
    status: 422,
    title: 'The agreement may not end so soon',
    advice: 'Name a later time, after the agreed notice period. To stop all releases at once, suspend it.',
  },
  'review-not-later': {
    status: 422,
    title: 'The review does not move the day of the next one',
    advice: 'Agree on a later day of review, and let every signatory sign a notice that names the same day.',
  },
  'unknown-suspension': {
    status: 422,
    title: 'A suspension that the notice lifts is not one of this agreement',
    advice: 'Read the agreement’s notices, and name the digests of the suspensions that are to be lifted.',
  },
  'agreement-in-force': {
    status: 409,
    title: 'The version is in force and can no longer be rejected',
    advice: 'Suspend it to stop all releases at once, or end it by a notice of termination.',
  },
  'agreement-ended': {
    status: 409,
    title: 'The agreement, or this version of it, has come to its end',
    advice: 'Read its notices; to agree anew, propose a new version or an agreement under another name.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    advice: 'Check the address, and that your agency may see what it names.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take this method',
    advice: 'See the API description for the methods of this address.',
  },
  'too-busy': {
    status: 503,
    title: 'The broker has more in hand than it can take',
    advice: 'Try again after the seconds that Retry-After names.',
  },
  unavailable: {
    status: 503,
    title: 'The broker cannot do this now',
    advice: 'Nothing was kept. Try again shortly; if it lasts, tell the operator.',
  },
  internal: {
    status: 500,
    title: 'The broker failed',
    advice: 'Nothing about the cause is shown here. Give the operator the trace identifier, if there is one.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof problemTypes;

/** The `type` member of a problem document (RFC 9457 §3.1.1) for a code. */
export const problemUri = (code: ProblemCode): string => `urn:concordat:problem:${code}`;
