// One call of the decorated sync whose write may be queued, and whose model may take what other
// tabs write: what the offline module asks of it (src/page/offline_call.h).

import {Call} from '../call.js';
import {isId, stringify} from '../json.js';
import {page as corePage} from '../storage.js';
import {originOf} from './origin.js';
import {fire} from './space.js';

// The calls that create models, by model.
const creates = new WeakMap();

export class OfflineCall extends Call {
  // space: of its namespace.
  constructor(decorator, space, context, args) {
    super(decorator, context, args);
    this.decorator = decorator;
    this.space = space;
    this.queuedAs = null;  // what a model takes whose write is queued: its temporary id
  }

  // A collection that was fetched with `remove: false` stands for what it was read as before,
  // too.
  hold(key) { this.space.inUse.hold(this, key, this.options.remove === false); }

  keepInUse() {
    const id = this.isCollection ? undefined : this.identity(this.model);
    this.space.inUse.add(this.model, isId(id) ? String(id) : undefined);
  }

  // Returns the request for the core to queue (12.4). A body of the page's own, such as FormData, has
  // no JSON, so such a request is not queued.
  sentRequest() {
    const {model, options, method} = this, {toJSON} = model, id = this.asked;
    const isOwn = typeof toJSON === 'function' && toJSON !== this.page.Backbone.Model.prototype.toJSON;
    const body = method !== 'patch' && options.attrs || isOwn && model.toJSON(options);
    const attributes = options.data === undefined ? stringify(this.sent) : undefined;
    return {
      url: this.url(), id: isId(id) ? String(id) : undefined, isText: typeof id === 'string',
      isInCollection: Boolean(this.collection), idAttribute: model.idAttribute || 'id',
      attributes, isRecord: attributes !== undefined && method !== 'patch' && !this.parser,
      changes: options.attrs && stringify(options.attrs), body: body ? stringify(body) : undefined,
      creating: this.creating()
    };
  }

  // The page sends to this origin, so a queued write may go there, too (12.19).
  url() {
    const url = super.url();
    if (url) this.decorator.origins.add(originOf(url));
    return url;
  }

  // The number of the call in flight that creates the same model (12.13), or 0.
  creating() {
    const call = creates.get(this.model);
    return call && call !== this && corePage.calls.has(call.number) ? call.number : 0;
  }

  nameRequest(token) {
    creates.set(this.model, this);
    const {options} = this;
    Reflect.set(options, 'headers', {...options.headers, 'Idempotency-Key': token});
  }

  takeTemporaryId(id) {
    const attribute = this.model.idAttribute || 'id';
    this.sent = {[attribute]: id, ...this.sent};
    this.queuedAs = {[attribute]: id};
  }

  // Puts the sent data in the place of the answer. The model has that data already, but for a temporary
  // id; later edits stay.
  answerWithSent() {
    const {options, method, parser} = this, data = method === 'delete' ? undefined : {...options.attrs || this.sent};
    this.answer = {context: options.context || options, args: [data, 'success', this.promise]};
    this.queuedAs = this.queuedAs || {};
    if (parser && data) parser.forms.set(data, {isParsed: true});
    Reflect.set(options, 'queued', true);
  }

  tellQueued() {
    // Under its temporary id.
    this.keepInUse();
    fire(this.space, 'queue', this.model);
  }

  // Nobody has given a temporary id that could be refused.
  setAnswer(args) {
    if (!this.queuedAs || this.options.wait) return super.setAnswer(args);
    return this.model.set(this.queuedAs, {...this.options, validate: false});
  }
}
