// What the page does, one operation for each fetch, save and destroy: when it began, when its
// request was sent and answered, and the moments in between. Times are milliseconds since the
// navigation began.

export const now = () => performance.now();

// Calls back when the browser has painted what is in the document now. A tab in the
// background, or one that gets there meanwhile, paints nothing, and is not waited for.
export function whenPainted(callback) {
  const once = _.once(() => {
    document.removeEventListener('visibilitychange', once);
    callback();
  });
  document.addEventListener('visibilitychange', once);
  requestAnimationFrame(() => setTimeout(once));
  if (document.hidden) setTimeout(once);
}

export const operations = [];
export const changes = {...Backbone.Events};

// kind: 'cached' or 'server' phase, 'queued', 'saved', 'undone', 'failed', 'tab', 'write'.
export class Operation {
  constructor(label) {
    Object.assign(this, {label, number: operations.length + 1, began: now(), requests: [], moments: []});
    operations.push(this);
    changes.trigger('operation', this);
  }

  sends(promise) {
    const request = {promise, sent: now(), answered: null, status: null};
    this.requests.push(request);
    const ended = () => {
      request.answered = now();
      request.status = promise.status;
      changes.trigger('request', this, request);
    };
    promise.then(ended, ended);
    changes.trigger('request', this, request);
  }

  note(kind, text, detail = '') {
    const moment = {kind, text, detail, at: now(), operation: this};
    this.moments.push(moment);
    changes.trigger('moment', moment);
  }
}

export const operationOf = options => options && options.operation;

// Whether an operation waits for a server's answer.
export const isAsking = options => options.operation.requests.some(({promise}) => promise.state() === 'pending');

// What happened without anybody here having asked for it.
export function noteElsewhere(kind, text, detail) {
  new Operation(text).note(kind, text, detail);
}

export function failureOf(request) {
  return request && request.status ? `the server said ${request.status}` : 'the server was not reached';
}
