export { toByteText, type ByteText } from './byte-text.js';
export { parseStrict, parseStrictText, MAX_DEPTH, type Json, type JsonObject } from './parse.js';
export { canonicalise, digestOf, digestOfText, type Digest } from './canonical.js';
export { pointerTokens, pointerOf } from './pointer.js';
export { compileSchema, type Validate } from './schema.js';
export { toCloudEvent, attributeNames, orderingKey, type CloudEvent } from './cloud-event.js';
export { isTime } from './time.js';
export { resolveReference, shapeOf, type FindSchema, type Shape } from './schema-walk.js';
