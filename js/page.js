// What C++ calls (src/wasm/browser.cpp and bind_sync.cpp): values and texts by
// number, storage in bulk, JSON, and the calls in progress. A JS library of
// Emscripten's. Nothing in here may throw: an exception must not pass through C++.

var pageLibrary = {
  $page: {
    // As src/page/page.h numbers them. (`never` is Infinity and `unreadable` is
    // -Infinity there; neither can stand here, since this object passes through
    // JSON.)
    done: 0,
    full: 1,
    refused: 2,
    saved: 3,

    // Values and names by number, and the numbers that are free among them. Number
    // 0 is the empty text, and no value. Behind pinnedEnd nothing is pinned.
    values: [''],
    free: [],
    isPinned: [true],
    pinnedEnd: 1,
    // How many of them there may be before `sweep` looks for what is not needed any
    // more, and how many texts `names` may know that are forgotten.
    limit: 256,
    mostNames: 4096,
    // What is handed over: a list to C++ by `page_take`, a value to JavaScript by
    // `taken`, and numbers beside it.
    aside: [],
    given: null,
    numbers: null,
    // Arrays that were parsed last: {text, ids}.
    parsed: [],

    keep: function (value) {
      var number = page.free.length ? page.free.pop() : page.values.length;
      page.values[number] = value;
      return number;
    },
    // No value is 0.
    handle: function (value) {
      return value === undefined ? 0 : page.keep(value);
    },
    value: function (number) {
      return number ? page.values[number] : undefined;
    },
    // What `names` says of a text holds as long as the text is there.
    name: function (text) {
      if (text === '') return 0;
      var number = page.names.get(text);
      if (number === undefined || page.values[number] !== text) page.names.set(text, number = page.keep(text));
      return number;
    },
    taken: function () {
      var given = page.given;
      page.given = null;
      return given;
    },
    // Puts a list aside for C++. Returns how many there are.
    put: function (list) {
      page.aside = list;
      return list.length;
    },
    // Where nothing is needed, as after most calls.
    reset: function () {
      page.values.length = page.pinnedEnd;
      page.free = [];
      for (var i = 1; i < page.pinnedEnd; i++) if (!page.isPinned[i]) page.release(i);
    },
    forgetNames: function () {
      if (page.names.size <= page.mostNames) return;
      page.names.forEach(function (number, text) {
        if (page.values[number] !== text) page.names.delete(text);
      });
      page.mostNames = Math.max(4096, 2 * page.names.size);
    },
    release: function (number) {
      page.values[number] = undefined;
      page.free.push(number);
    },

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
        var before = storage.getItem(expiryKey);
        if (before === expiry) return saved ? page.saved : page.done;
        if (expiry === null) storage.removeItem(expiryKey);
        else storage.setItem(expiryKey, expiry);
        return page.done;
      } catch (error) {
        return page.isQuota(error) ? page.full : page.refused;
      }
    },
    expiry: function (minute) {
      return minute === Infinity ? null : String(minute);
    },
    remove: function (storage, key, expiryKey) {
      try {
        storage.removeItem(key);
        if (expiryKey !== '') storage.removeItem(expiryKey);
      } catch (error) {
        return;
      }
    },
    // No end of expiries: there are none.
    keyOf: function (key, end) {
      return end ? page.values[key] + page.values[end] : '';
    },
    // Visits each key that there is, until the storage goes away.
    eachKey: function (visit) {
      var storage = page.storage();
      try {
        for (var i = 0; storage && i < storage.length; i++) visit(storage.key(i), storage);
      } catch (error) {
        return;
      }
    },

    // An array of texts and numbers, or null. The last two are remembered by their
    // texts, so that what another tab has written is never taken for them.
    array: function (text) {
      for (var i = 0; i < page.parsed.length; i++) {
        if (page.parsed[i].text === text) return page.parsed[i];
      }
      var ids = page.parse(text);
      if (!Array.isArray(ids)) return null;
      for (i = 0; i < ids.length; i++) {
        // 1e999 is JSON, and no number that could be spelled again.
        if (typeof ids[i] !== 'string' && !Number.isFinite(ids[i])) return null;
      }
      return page.remember(text, ids);
    },
    remember: function (text, ids) {
      var array = {text: text, ids: ids};
      page.parsed = [array].concat(page.parsed.slice(0, 1));
      return array;
    },
    // A name stands for a text, and for the number of which it is the text.
    position: function (array, name) {
      var number = Number(name), asText = array.ids.indexOf(name);
      var asNumber = String(number) === name ? array.ids.indexOf(number) : -1;
      return asText < 0 || asNumber < 0 ? Math.max(asText, asNumber) : Math.min(asText, asNumber);
    },

    // HEAPF64 is another array when the memory has grown, as it may while the page's
    // code says what is to be set.
    setDouble: function (pointer, number) {
      HEAPF64[pointer >> 3] = number;
    },

    call: function (number) {
      return Module['calls'].get(number);
    }
  },
  // Maps do not pass through JSON.
  $page__postset: "page.names = new Map(); Module['page'] = page;",

  page_literal: function (text) {
    var literal = '';
    while (HEAPU8[text]) literal += String.fromCharCode(HEAPU8[text++]);
    return page.name(literal);
  },
  page_pin: function (name) {
    page.isPinned[name] = true;
    page.pinnedEnd = Math.max(page.pinnedEnd, name + 1);
    return name;
  },
  page_begins: function (text, start) {
    return page.values[text].lastIndexOf(page.values[start], 0) === 0;
  },
  page_without: function (texts, count, start) {
    var left = [], end = (texts >> 2) + count;
    for (var at = texts >> 2; at < end; at++) {
      if (page.values[HEAP32[at]].lastIndexOf(page.values[start], 0) !== 0) left.push(HEAP32[at]);
    }
    return page.put(left);
  },
  page_contains: function (text, part) {
    return page.values[text].indexOf(page.values[part]) >= 0;
  },
  page_joined: function (head, tail, without) {
    return page.name(page.values[head] + page.values[tail].slice(without));
  },
  page_units: function (text) {
    return page.put(page.values[text]);
  },
  // apply takes a limited number of arguments.
  page_name: function (units, count) {
    var text = '';
    for (var at = units >> 1, end = at + count; at < end; at += 8192) {
      text += String.fromCharCode.apply(null, HEAPU16.subarray(at, Math.min(end, at + 8192)));
    }
    return page.name(text);
  },
  // A text as its units, any list as 32-bit numbers.
  page_take: function (elements) {
    var list = page.aside;
    for (var i = 0; i < list.length; i++) {
      if (typeof list === 'string') HEAPU16[(elements >> 1) + i] = list.charCodeAt(i);
      else HEAP32[(elements >> 2) + i] = list[i];
    }
    page.aside = [];
  },

  page_give: function (value) {
    page.given = page.value(value);
  },
  page_give_names: function (names, count) {
    page.given = [];
    for (var i = 0; i < count; i++) page.given.push(page.values[HEAP32[(names >> 2) + i]]);
  },
  page_give_numbers: function (numbers, count) {
    page.numbers = [];
    for (var i = 0; i < count; i++) page.numbers.push(HEAPF64[(numbers >> 3) + i]);
  },
  page_is_full: function () {
    return page.values.length - page.free.length > page.limit;
  },
  // Forgets all but these and what is pinned. Where something is needed, to look
  // for the rest is worth it only now and then.
  page_sweep: function (numbers, count) {
    if (!count) page.reset();
    page.forgetNames();
    if (!count || page.values.length - page.free.length <= page.limit) return;
    var needed = [];
    for (var i = 0; i < count; i++) needed[HEAP32[(numbers >> 2) + i]] = true;
    page.free = [];
    for (i = page.values.length; --i;) if (!needed[i] && !page.isPinned[i]) page.release(i);
    page.limit = Math.max(256, 2 * (page.values.length - page.free.length));
  },

  page_storage_available: function () {
    var storage = page.storage();
    try {
      return storage !== null && storage.length >= 0;
    } catch (error) {
      return false;
    }
  },
  page_storage_read: function (record, expiry, key, minutes) {
    var storage = page.storage();
    if (!storage) return 0;
    var name = page.values[key], text = page.item(storage, name + page.values[record]);
    if (expiry) page.setDouble(minutes, page.minute(page.item(storage, name + page.values[expiry])));
    return text === null ? 0 : page.keep(text);
  },
  page_storage_write: function (record, expiry, key, text, minutes) {
    return page.write(page.storage(), page.values[key] + page.values[record], page.values[text], page.keyOf(key, expiry),
      page.expiry(minutes));
  },
  page_storage_remove: function (record, expiry, keys, count) {
    var storage = page.storage();
    for (var i = 0; storage && i < count; i++) {
      var key = HEAP32[(keys >> 2) + i];
      page.remove(storage, page.values[key] + page.values[record], page.keyOf(key, expiry));
    }
  },
  page_storage_keys: function (end) {
    var names = [], suffix = page.values[end];
    page.eachKey(function (key) {
      if (key.slice(-suffix.length) === suffix) names.push(page.name(key.slice(0, -suffix.length)));
    });
    return page.put(names);
  },
  page_storage_expiries: function (expiry, keys, count, minutes) {
    var storage = page.storage();
    for (var i = 0; i < count; i++) {
      var key = page.keyOf(HEAP32[(keys >> 2) + i], expiry);
      page.setDouble(minutes + 8 * i, page.minute(storage ? page.item(storage, key) : null));
    }
  },
  page_storage_bytes: function (record, expiry) {
    var ends = [page.values[record], page.values[expiry]], units = 0;
    page.eachKey(function (key, storage) {
      if (key.slice(-ends[0].length) !== ends[0] && key.slice(-ends[1].length) !== ends[1]) return;
      units += key.length + (page.item(storage, key) || '').length;
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
    return page.handle(page.parse(page.values[text]));
  },
  page_same: function (text, other) {
    return page.values[text] === page.values[other];
  },
  page_number: function (number) {
    return page.keep(number);
  },
  page_number_of: function (value) {
    var number = page.value(value);
    return typeof number === 'number' ? number : NaN;
  },

  page_array_is_flat: function (text) {
    return page.array(page.values[text]) !== null;
  },
  page_array_ids: function (array) {
    var list = [];
    page.array(page.values[array]).ids.forEach(function (id) {
      list.push(page.name(String(id)), typeof id === 'string' ? 1 : 0);
    });
    return page.put(list) / 2;
  },
  page_array: function (ids, count) {
    var list = [];
    for (var at = ids >> 2, end = at + 2 * count; at < end; at += 2) {
      var name = page.values[HEAP32[at]];
      list.push(HEAP32[at + 1] & 1 ? name : Number(name));
    }
    return page.keep(JSON.stringify(list));
  },
  page_array_position: function (array, name) {
    return page.position(page.array(page.values[array]), page.values[name]);
  },
  page_array_at: function (array, position, isText) {
    var id = page.array(page.values[array]).ids[position];
    HEAP8[isText] = typeof id === 'string' ? 1 : 0;
    return page.name(String(id));
  },
  page_array_size: function (array) {
    return page.array(page.values[array]).ids.length;
  },
  // An array may have thousands of ids, to which one more is put: then the text grows
  // at its end, and what is known of it stays known.
  page_array_inserted: function (number, position, name, isText) {
    var array = page.array(page.values[number]), ids = array.ids, text = array.text;
    var id = isText ? page.values[name] : Number(page.values[name]);
    if (!ids.length || position < ids.length || text.slice(-1) !== ']') {
      ids = ids.slice(0, position).concat(id, ids.slice(position));
      text = JSON.stringify(ids);
      page.remember(text, ids);
      return page.keep(text);
    }
    array.text = text.slice(0, -1) + ',' + JSON.stringify(id) + ']';
    ids.push(id);
    return page.keep(array.text);
  },
  page_array_without: function (array, name) {
    var left = page.values[name];
    var ids = page.array(page.values[array]).ids.filter(function (id) {
      return String(id) !== left;
    });
    var text = JSON.stringify(ids);
    page.remember(text, ids);
    return page.keep(text);
  },
  page_array_missing: function (array, other) {
    var there = new Set(page.array(page.values[other]).ids.map(String)), missing = [];
    page.array(page.values[array]).ids.forEach(function (id) {
      if (!there.has(String(id))) missing.push(page.name(String(id)));
    });
    return page.put(missing);
  },
  page_array_lacks: function (names, count, array) {
    var there = new Set(page.array(page.values[array]).ids.map(String)), lacking = [];
    for (var at = names >> 2, end = at + count; at < end; at++) {
      if (!there.has(page.values[HEAP32[at]])) lacking.push(HEAP32[at]);
    }
    return page.put(lacking);
  },

  page_now: function () {
    return new Date().getTime();
  },
  page_warn: function (text) {
    if (typeof console === 'object' && console.warn) console.warn('Backbone.cachingSync: ' + page.values[text]);
  },

  page_call_invoke: function (number) {
    return page.call(number).invoke();
  },
  page_call_load_record: function (number, text) {
    return page.call(number).loadRecord(page.values[text]);
  },
  page_call_load_rows: function (number, list, record, expiry, soonest) {
    var call = page.call(number), storage = page.storage(), ids = page.array(page.values[list]).ids;
    var recordEnd = page.values[record], expiryEnd = page.values[expiry];
    // The page's code tells the ids of rows, and may append one more meanwhile.
    var count = ids.length, rows = new Array(count), first = Infinity;
    for (var i = 0; i < count; i++) {
      var text = page.item(storage, ids[i] + recordEnd);
      var row = text === null ? undefined : call.loadRow(text, ids[i]);
      if (row === undefined) return false;
      rows[i] = row;
      var minute = page.item(storage, ids[i] + expiryEnd);
      if (minute !== null) first = Math.min(first, page.minute(minute));
    }
    HEAPF64[soonest >> 3] = first;
    call.loaded = rows;
    return true;
  },
  page_call_load_envelope: function (number, text) {
    return page.call(number).loadEnvelope(page.values[text]);
  },
  page_call_take_answer: function (number) {
    return page.call(number).takeAnswer();
  },
  page_call_answered_ids: function (number) {
    var list = [];
    page.call(number).answeredIds().forEach(function (id) {
      list.push(page.name(String(id)), typeof id === 'string' ? 1 : 0);
    });
    return page.put(list) / 2;
  },
  page_call_answered_text: function (number, key) {
    return page.handle(page.call(number).answeredText(page.values[key]));
  },
  page_call_amend_answer: function (number, amendments, count) {
    var call = page.call(number);
    for (var at = amendments >> 2, end = at + 3 * count; at < end; at += 3) {
      call.amend(page.values[HEAP32[at]], HEAP32[at + 1], page.value(HEAP32[at + 2]));
    }
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
  page_call_confirmed: function (number, confirmed) {
    var told = page.call(number).confirmed(), hasId = told.id !== undefined, key = hasId ? told.id : told.url;
    HEAP32[confirmed >> 2] = page.handle(told.text);
    if (key === undefined) return;
    HEAP32[(confirmed >> 2) + 1] = page.name(String(key));
    HEAP8[confirmed + 8] = typeof key === 'string' ? 1 : 0;
    HEAP8[confirmed + 12] = hasId ? 1 : 0;
    HEAP8[confirmed + 13] = 1;
    HEAP8[confirmed + 14] = told.isInCollection ? 1 : 0;
  },
  page_call_held: function (number, held) {
    var told = page.call(number).held(), at = held >> 2;
    HEAP32[at] = told.answered;
    HEAP32[at + 1] = told.unnamed;
    HEAP32[at + 2] = told.all;
  },
  page_call_write_rows: function (number, answered, record, expiry, minutes, except, excepted, written) {
    var call = page.call(number), storage = page.storage(), left = new Set(), failed = 0, saved = 0;
    var recordEnd = page.values[record], expiryEnd = page.values[expiry], minute = page.expiry(minutes);
    for (var i = 0; i < excepted; i++) left.add(page.values[HEAP32[(except >> 2) + i]]);
    var hasRecord = function (key) {
      return page.item(storage, key + recordEnd) !== null;
    };
    call.eachRow(answered ? null : hasRecord, function (key, text) {
      if (left.has(key)) return;
      var wrote = text === undefined ? page.refused : page.write(storage, key + recordEnd, text, key + expiryEnd, minute);
      if (wrote === page.saved) saved++;
      if (wrote === page.saved || wrote === page.done) return;
      if (storage) page.remove(storage, key + recordEnd, key + expiryEnd);
      failed++;
    });
    HEAP32[written >> 2] = failed;
    HEAP32[(written >> 2) + 1] = saved;
  },
  page_call_list_text: function (number, answered) {
    return page.keep(page.call(number).listText(!!answered));
  },
  page_call_envelope_text: function (number) {
    return page.handle(page.call(number).envelopeText());
  }
};

autoAddDeps(pageLibrary, '$page');
mergeInto(LibraryManager.library, pageLibrary);
