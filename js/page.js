// What C++ calls (src/wasm/browser.cpp and bind_sync.cpp): storage in bulk, JSON,
// and the calls in progress. A JS library of Emscripten's. Nothing in here may
// throw: an exception must not pass through C++.

var pageLibrary = {
  $page: {
    // As src/page/page.h numbers them. (`never` is Infinity and `unreadable` is
    // -Infinity there; neither can stand here, since this object passes through
    // JSON.)
    done: 0,
    full: 1,
    refused: 2,
    saved: 3,

    // localStorage is asked for each time: a page, or a test of a page, may
    // replace it, and a browser may take it away (BEHAVIOUR 9.1).
    storage: function () {
      try {
        return (typeof window === 'object' ? window : globalThis).localStorage || null;
      } catch (error) {
        return null;
      }
    },
    item: function (storage, key) {
      try {
        var item = storage.getItem(key);
        return typeof item === 'string' ? item : null;
      } catch (error) {
        return null;
      }
    },
    minute: function (text) {
      if (text === null) return Infinity;
      var minute = Number(text);
      return minute === minute ? minute : -Infinity;
    },
    parse: function (text) {
      try {
        return JSON.parse(text);
      } catch (error) {
        return undefined;
      }
    },
    // By name and by code, since browsers agree on neither (BEHAVIOUR 9.2).
    isQuota: function (error) {
      var name = error && error.name, code = error && error.code;
      return name === 'QuotaExceededError' || name === 'NS_ERROR_DOM_QUOTA_REACHED' ||
        code === 22 || code === 1014;
    },
    // Writes value and expiry, each only where it differs: a comparison costs
    // a hundredth of a write. No expiry key: there is none to be kept.
    write: function (storage, key, text, expiryKey, expiry) {
      if (!storage) return page.refused;
      try {
        var saved = storage.getItem(key) === text;
        if (!saved) storage.setItem(key, text);
        if (expiryKey === '') return saved ? page.saved : page.done;
        var before = storage.getItem(expiryKey), after = expiry === Infinity ? null : String(expiry);
        if (before === after) return saved ? page.saved : page.done;
        if (after === null) storage.removeItem(expiryKey);
        else storage.setItem(expiryKey, after);
        return page.done;
      } catch (error) {
        return page.isQuota(error) ? page.full : page.refused;
      }
    },
    remove: function (storage, keys) {
      if (!storage) return;
      try {
        for (var i = 0; i < keys.length; i++) storage.removeItem(keys[i]);
      } catch (error) {
        return;
      }
    },

    // Texts out of linear memory: each is UTF-16 behind its length.
    texts: function (pointer, count) {
      var at = pointer >> 1, texts = [];
      for (var i = 0; i < count; i++) {
        var length = HEAPU16[at] | HEAPU16[at + 1] << 16;
        texts.push(page.units(at += 2, length));
        at += length;
      }
      return texts;
    },
    text: function (pointer) {
      return page.texts(pointer, 1)[0];
    },
    // apply takes a limited number of arguments.
    units: function (at, length) {
      var text = '';
      for (var end = at + length; at < end; at += 8192) {
        text += String.fromCharCode.apply(null, HEAPU16.subarray(at, Math.min(end, at + 8192)));
      }
      return text;
    },
    // Texts into linear memory; C++ frees them.
    give: function (texts) {
      var units = 2;
      for (var i = 0; i < texts.length; i++) units += 2 + texts[i].length;
      var pointer = _malloc(2 * units), at = pointer >> 1;
      var number = function (value) {
        HEAPU16[at++] = value & 0xFFFF;
        HEAPU16[at++] = value >>> 16;
      };
      number(texts.length);
      for (i = 0; i < texts.length; i++) {
        var text = texts[i];
        number(text.length);
        for (var j = 0; j < text.length; j++) HEAPU16[at++] = text.charCodeAt(j);
      }
      return pointer;
    },

    // A handle of no value is 0.
    value: function (handle) {
      return handle ? Emval.toValue(handle) : undefined;
    },
    handle: function (value) {
      return value === undefined ? 0 : Emval.toHandle(value);
    },
    call: function (number) {
      return Module['calls'].get(number);
    }
  },
  $page__deps: ['$Emval', 'malloc'],

  page_retain: function (handle) {
    __emval_incref(handle);
  },
  page_retain__deps: ['_emval_incref'],
  page_release: function (handle) {
    __emval_decref(handle);
  },
  page_release__deps: ['_emval_decref'],

  page_storage_available: function () {
    var storage = page.storage();
    try {
      return storage !== null && storage.length >= 0;
    } catch (error) {
      return false;
    }
  },
  page_storage_read: function (keys, expiry) {
    var storage = page.storage();
    var pair = page.texts(keys, 2);
    if (!storage) return 0;
    if (pair[1] !== '') HEAPF64[expiry >> 3] = page.minute(page.item(storage, pair[1]));
    var text = page.item(storage, pair[0]);
    return text === null ? 0 : Emval.toHandle(text);
  },
  page_storage_write: function (keys, text, expiry) {
    var pair = page.texts(keys, 2);
    return page.write(page.storage(), pair[0], page.value(text), pair[1], expiry);
  },
  page_storage_remove: function (keys, count) {
    page.remove(page.storage(), page.texts(keys, count));
  },
  page_storage_keys: function () {
    var storage = page.storage(), keys = [];
    try {
      for (var i = 0; storage && i < storage.length; i++) keys.push(storage.key(i));
    } catch (error) {
      keys = [];
    }
    return page.give(keys);
  },
  page_storage_expiries: function (keys, count, expiries) {
    var storage = page.storage();
    if (!storage) return;
    page.texts(keys, count).forEach(function (key, i) {
      HEAPF64[(expiries >> 3) + i] = page.minute(page.item(storage, key));
    });
  },

  page_storage_bytes: function (keys, count) {
    var storage = page.storage(), units = 0;
    page.texts(keys, count).forEach(function (key) {
      units += key.length + (storage && page.item(storage, key) || '').length;
    });
    return 2 * units;
  },

  page_stringify: function (value) {
    try {
      return page.handle(JSON.stringify(page.value(value)));
    } catch (error) {
      return 0;
    }
  },
  page_parse: function (text) {
    return page.handle(page.parse(page.value(text)));
  },
  page_copy: function (text) {
    return page.give([page.value(text)]);
  },
  page_same: function (text, other) {
    return page.value(text) === page.value(other);
  },
  page_text: function (text) {
    return Emval.toHandle(page.text(text));
  },
  page_texts: function (texts, count) {
    return Emval.toHandle(page.texts(texts, count));
  },
  page_number: function (number) {
    return Emval.toHandle(number);
  },
  page_number_of: function (value) {
    var number = page.value(value);
    return typeof number === 'number' ? number : NaN;
  },
  // src/wasm/size.cpp, in place of the C library's strtod.
  page_number_from: function (text, end) {
    var spelled = '';
    while (HEAPU8[text]) spelled += String.fromCharCode(HEAPU8[text++]);
    if (end) HEAPU32[end >> 2] = text;
    return Number(spelled);
  },

  page_now: function () {
    return new Date().getTime();
  },
  page_warn: function (text) {
    if (typeof console === 'object' && console.warn) console.warn('Backbone.cachingSync: ' + page.text(text));
  },

  page_call_invoke: function (number) {
    return page.call(number).invoke();
  },
  page_call_load_record: function (number, text) {
    return page.call(number).loadRecord(page.value(text));
  },
  page_call_load_rows: function (number, ids, suffixes, expiries) {
    var call = page.call(number), storage = page.storage();
    var names = page.texts(suffixes, 2), rows = [];
    ids = page.parse(page.value(ids));
    for (var i = 0; i < ids.length; i++) {
      var text = page.item(storage, ids[i] + names[0]);
      var row = text === null ? undefined : call.loadRow(text, ids[i]);
      if (row === undefined) return false;
      rows.push(row);
      HEAPF64[(expiries >> 3) + i] = page.minute(page.item(storage, ids[i] + names[1]));
    }
    call.loaded = rows;
    return true;
  },
  page_call_load_envelope: function (number, text) {
    return page.call(number).loadEnvelope(page.value(text));
  },
  page_call_take_answer: function (number) {
    return page.call(number).takeAnswer();
  },
  page_call_answered_ids: function (number) {
    return Emval.toHandle(page.call(number).answeredIds());
  },
  page_call_answered_text: function (number, key) {
    return page.handle(page.call(number).answeredText(page.text(key)));
  },
  page_call_amend_answer: function (number, count, keys, changes, texts) {
    var call = page.call(number);
    page.texts(keys, count).forEach(function (key, i) {
      call.amend(key, HEAP32[(changes >> 2) + i], page.value(HEAPU32[(texts >> 2) + i]));
    });
    call.amended();
  },
  page_call_answer_with_loaded: function (number) {
    page.call(number).answerWithLoaded();
  },
  page_call_deliver: function (number, fromCache, dataOnly) {
    page.call(number).deliver(!!fromCache, !!dataOnly);
  },
  page_call_report_failure: function (number) {
    page.call(number).reportFailure();
  },
  page_call_resolve: function (number, fromCache) {
    page.call(number).resolve(!!fromCache);
  },
  page_call_reject: function (number) {
    page.call(number).reject();
  },
  page_call_forget: function (number) {
    page.call(number).forget();
  },
  page_call_sent_text: function (number, base) {
    return page.handle(page.call(number).sentText(page.value(base)));
  },
  page_call_confirmed: function (number, names) {
    var confirmed = page.call(number).confirmed();
    // Giving may make memory grow, and HEAPU32 another array.
    var given = confirmed.names ? page.give(confirmed.names) : 0;
    HEAPU32[names >> 2] = given;
    return page.handle(confirmed.text);
  },
  page_call_held: function (number, unnamed, all) {
    var held = page.call(number).held();
    HEAP32[unnamed >> 2] = held.unnamed;
    HEAP32[all >> 2] = held.all;
    return held.answered;
  },
  page_call_write_rows: function (number, answered, suffixes, expiry, except, excepted, saved) {
    var call = page.call(number), storage = page.storage();
    var names = page.texts(suffixes, 2);
    var left = new Set(page.texts(except, excepted)), failed = 0, unchanged = 0;
    var hasRecord = function (key) {
      return page.item(storage, key + names[0]) !== null;
    };
    call.eachRow(answered ? null : hasRecord, function (key, text) {
      if (left.size && left.has(key)) return;
      var wrote = text === undefined ? page.refused
        : page.write(storage, key + names[0], text, key + names[1], expiry);
      if (wrote === page.saved) unchanged++;
      if (wrote === page.saved || wrote === page.done) return;
      page.remove(storage, [key + names[0], key + names[1]]);
      failed++;
    });
    HEAP32[saved >> 2] = unchanged;
    return failed;
  },
  page_call_list_text: function (number, answered) {
    return Emval.toHandle(page.call(number).listText(!!answered));
  },
  page_call_envelope_text: function (number) {
    return page.handle(page.call(number).envelopeText());
  }
};

autoAddDeps(pageLibrary, '$page');
mergeInto(LibraryManager.library, pageLibrary);
