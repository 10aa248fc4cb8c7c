// What C++ calls (src/wasm/browser.cpp and bind_sync.cpp): values and texts by
// number, storage in bulk, JSON, and the calls in progress. A JS library of
// Emscripten's. Nothing in here may throw: an exception must not pass through C++.

var pageLibrary = {
  // As src/page/page.h numbers them.
  $pageDone: 0,
  $pageFull: 1,
  $pageRefused: 2,
  $pageSaved: 3,

  // Values and names by number, and the numbers that are free among them. Number
  // 0 is the empty text, and no value.
  $pageValues: [''],
  $pageFree: [],
  $pageNames: '=new Map()',
  $pageIsPinned: [true],
  // How many of them there may be before `sweep` looks for what is not needed any
  // more, and how many texts `names` may know that are forgotten.
  $pageLimit: 256,
  $pageMostNames: 4096,
  // What is handed over: a list to C++ by `page_take`, a value to JavaScript by
  // `taken`, and numbers beside it.
  $pageAside: [],
  $pageGiven: null,
  $pageNumbers: null,
  // Arrays that were parsed last: {text, ids}.
  $pageParsed: [],
  // The numbers that were given away since nothing was needed.
  $pageUsed: [],

  $pageKeep: function (value) {
    var number = pageFree.length ? pageFree.pop() : pageValues.length;
    pageValues[number] = value;
    pageUsed.push(number);
    return number;
  },
  // No value is 0.
  $pageHandle: function (value) {
    return value === undefined ? 0 : pageKeep(value);
  },
  $pageValue: function (number) {
    return number ? pageValues[number] : undefined;
  },
  // What `names` says of a text holds as long as the text is there.
  $pageName: function (text) {
    if (text === '') return 0;
    var number = pageNames.get(text);
    if (number === undefined || pageValues[number] !== text) pageNames.set(text, number = pageKeep(text));
    return number;
  },
  $pageTaken: function () {
    var given = pageGiven;
    pageGiven = null;
    return given;
  },
  // Puts a list aside for C++. Returns how many there are.
  $pagePut: function (list) {
    pageAside = list;
    return list.length;
  },
  // Forgets what is neither among these nor pinned.
  $pageForgetBut: function (isNeeded) {
    var used = pageUsed;
    pageUsed = [];
    for (var i = 0; i < used.length; i++) {
      var number = used[i];
      if (isNeeded[number]) pageUsed.push(number);
      else if (!pageIsPinned[number]) pageRelease(number);
    }
    pageLimit = Math.max(256, 2 * pageUsed.length);
  },
  $pageForgetNames: function () {
    if (pageNames.size <= pageMostNames) return;
    pageNames.forEach(function (number, text) {
      if (pageValues[number] !== text) pageNames.delete(text);
    });
    pageMostNames = Math.max(4096, 2 * pageNames.size);
  },
  $pageRelease: function (number) {
    pageValues[number] = undefined;
    pageFree.push(number);
  },

  // localStorage is asked for each time: a page, or a test of a page, may
  // replace it, and a browser may take it away (BEHAVIOUR 9.1).
  $pageStorage: function () {
    try {
      return (typeof window === 'object' ? window : globalThis).localStorage || null;
    } catch (error) {
      return null;
    }
  },
  $pageItem: function (storage, key) {
    try {
      var item = storage.getItem(key);
      return typeof item === 'string' ? item : null;
    } catch (error) {
      return null;
    }
  },
  $pageMinute: function (text) {
    if (text === null) return Infinity;
    var minute = Number(text);
    return minute === minute ? minute : -Infinity;
  },
  $pageParse: function (text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return undefined;
    }
  },
  // By name and by code, since browsers agree on neither (BEHAVIOUR 9.2).
  $pageIsQuota: function (error) {
    var name = error && error.name, code = error && error.code;
    return name === 'QuotaExceededError' || name === 'NS_ERROR_DOM_QUOTA_REACHED' ||
      code === 22 || code === 1014;
  },
  // Writes value and expiry, each only where it differs: a comparison costs
  // a hundredth of a write. No expiry key: there is none to be kept.
  $pageWrite: function (storage, key, text, expiryKey, expiry) {
    if (!storage) return pageRefused;
    try {
      var saved = storage.getItem(key) === text;
      if (!saved) storage.setItem(key, text);
      if (expiryKey === '') return saved ? pageSaved : pageDone;
      var before = storage.getItem(expiryKey);
      if (before === expiry) return saved ? pageSaved : pageDone;
      if (expiry === null) storage.removeItem(expiryKey);
      else storage.setItem(expiryKey, expiry);
      return pageDone;
    } catch (error) {
      return pageIsQuota(error) ? pageFull : pageRefused;
    }
  },
  $pageExpiry: function (minute) {
    return minute === Infinity ? null : String(minute);
  },
  $pageRemove: function (storage, key, expiryKey) {
    try {
      storage.removeItem(key);
      if (expiryKey !== '') storage.removeItem(expiryKey);
    } catch (error) {
      return;
    }
  },
  // No end of expiries: there are none.
  $pageKeyOf: function (key, end) {
    return end ? pageValues[key] + pageValues[end] : '';
  },
  // Visits each key that there is, until the storage goes away.
  $pageEachKey: function (visit) {
    var storage = pageStorage();
    try {
      for (var i = 0; storage && i < storage.length; i++) visit(storage.key(i), storage);
    } catch (error) {
      return;
    }
  },

  // An array of texts and numbers, or null. The last two are remembered by their
  // texts, so that what another tab has written is never taken for them.
  $pageArray: function (text) {
    for (var i = 0; i < pageParsed.length; i++) {
      if (pageParsed[i].text === text) return pageParsed[i];
    }
    var ids = pageParse(text);
    if (!Array.isArray(ids)) return null;
    for (i = 0; i < ids.length; i++) {
      // 1e999 is JSON, and no number that could be spelled again.
      if (typeof ids[i] !== 'string' && !Number.isFinite(ids[i])) return null;
    }
    return pageRemember(text, ids);
  },
  $pageRemember: function (text, ids) {
    var array = {text: text, ids: ids};
    pageParsed = [array].concat(pageParsed.slice(0, 1));
    return array;
  },
  // A name stands for a text, and for the number of which it is the text.
  $pagePosition: function (array, name) {
    var number = Number(name), asText = array.ids.indexOf(name);
    var asNumber = String(number) === name ? array.ids.indexOf(number) : -1;
    return asText < 0 || asNumber < 0 ? Math.max(asText, asNumber) : Math.min(asText, asNumber);
  },

  // HEAPF64 is another array when the memory has grown, as it may while the page's
  // code says what is to be set.
  $pageSetDouble: function (pointer, number) {
    HEAPF64[pointer >> 3] = number;
  },

  $pageCall: function (number) {
    return Module['calls'].get(number);
  },
  // What a call says to a question, or `otherwise` where the page's own code throws.
  $pageAsk: function (number, question, otherwise, first, second) {
    return pageCall(number).ask(question, otherwise, first, second);
  },

  // What js/burry.js and js/cachingsync.js use of it; what is held, for the tests.
  $pageName__postset: "Module['page'] = {name: pageName, keep: pageKeep, taken: pageTaken, " +
    'numbers: function () { return pageNumbers; }, values: pageValues, names: pageNames, isPinned: pageIsPinned};',

  page_literal: function (text) {
    var literal = '';
    while (HEAPU8[text]) literal += String.fromCharCode(HEAPU8[text++]);
    return pageName(literal);
  },
  page_pin: function (name) {
    pageIsPinned[name] = true;
    return name;
  },
  page_begins: function (text, start) {
    return pageValues[text].lastIndexOf(pageValues[start], 0) === 0;
  },
  page_without: function (texts, count, start) {
    var left = [], end = (texts >> 2) + count;
    for (var at = texts >> 2; at < end; at++) {
      if (pageValues[HEAP32[at]].lastIndexOf(pageValues[start], 0) !== 0) left.push(HEAP32[at]);
    }
    return pagePut(left);
  },
  page_contains: function (text, part) {
    return pageValues[text].indexOf(pageValues[part]) >= 0;
  },
  page_joined: function (head, tail, without) {
    return pageName(pageValues[head] + pageValues[tail].slice(without));
  },
  page_units: function (text) {
    return pagePut(pageValues[text]);
  },
  // apply takes a limited number of arguments.
  page_name: function (units, count) {
    var text = '';
    for (var at = units >> 1, end = at + count; at < end; at += 8192) {
      text += String.fromCharCode.apply(null, HEAPU16.subarray(at, Math.min(end, at + 8192)));
    }
    return pageName(text);
  },
  // A text as its units, any list as 32-bit numbers.
  page_take: function (elements) {
    var list = pageAside;
    for (var i = 0; i < list.length; i++) {
      if (typeof list === 'string') HEAPU16[(elements >> 1) + i] = list.charCodeAt(i);
      else HEAP32[(elements >> 2) + i] = list[i];
    }
    pageAside = [];
  },

  page_give: function (value) {
    pageGiven = pageValue(value);
  },
  page_give_names: function (names, count) {
    pageGiven = [];
    for (var i = 0; i < count; i++) pageGiven.push(pageValues[HEAP32[(names >> 2) + i]]);
  },
  page_give_numbers: function (numbers, count) {
    pageNumbers = [];
    for (var i = 0; i < count; i++) pageNumbers.push(HEAPF64[(numbers >> 3) + i]);
  },
  page_is_full: function () {
    return pageUsed.length > pageLimit;
  },
  // Forgets all but these and what is pinned. Where something is needed, to look
  // for the rest is worth it only now and then.
  page_sweep: function (numbers, count) {
    if (!count || pageUsed.length > pageLimit) {
      var isNeeded = [];
      for (var i = 0; i < count; i++) isNeeded[HEAP32[(numbers >> 2) + i]] = true;
      pageForgetBut(isNeeded);
    }
    pageForgetNames();
  },

  page_storage_available: function () {
    var storage = pageStorage();
    try {
      return storage !== null && storage.length >= 0;
    } catch (error) {
      return false;
    }
  },
  page_storage_read: function (record, expiry, key, minutes) {
    var storage = pageStorage();
    if (!storage) return 0;
    var name = pageValues[key], text = pageItem(storage, name + pageValues[record]);
    if (expiry) pageSetDouble(minutes, pageMinute(pageItem(storage, name + pageValues[expiry])));
    return text === null ? 0 : pageKeep(text);
  },
  page_storage_write: function (record, expiry, key, text, minutes) {
    return pageWrite(pageStorage(), pageValues[key] + pageValues[record], pageValues[text], pageKeyOf(key, expiry),
      pageExpiry(minutes));
  },
  page_storage_remove: function (record, expiry, keys, count) {
    var storage = pageStorage();
    for (var i = 0; storage && i < count; i++) {
      var key = HEAP32[(keys >> 2) + i];
      pageRemove(storage, pageValues[key] + pageValues[record], pageKeyOf(key, expiry));
    }
  },
  page_storage_keys: function (end) {
    var names = [], suffix = pageValues[end];
    pageEachKey(function (key) {
      if (key.slice(-suffix.length) === suffix) names.push(pageName(key.slice(0, -suffix.length)));
    });
    return pagePut(names);
  },
  page_storage_expiries: function (expiry, keys, count, minutes) {
    var storage = pageStorage();
    for (var i = 0; i < count; i++) {
      var key = pageKeyOf(HEAP32[(keys >> 2) + i], expiry);
      pageSetDouble(minutes + 8 * i, pageMinute(storage ? pageItem(storage, key) : null));
    }
  },
  page_storage_bytes: function (record, expiry) {
    var ends = [pageValues[record], pageValues[expiry]], units = 0;
    pageEachKey(function (key, storage) {
      if (key.slice(-ends[0].length) !== ends[0] && key.slice(-ends[1].length) !== ends[1]) return;
      units += key.length + (pageItem(storage, key) || '').length;
    });
    return 2 * units;
  },

  page_stringify: function (value) {
    try {
      return pageHandle(JSON.stringify(pageValue(value)));
    } catch (error) {
      return 0;
    }
  },
  page_parse: function (text) {
    return pageHandle(pageParse(pageValues[text]));
  },
  page_same: function (text, other) {
    return pageValues[text] === pageValues[other];
  },
  page_number: function (number) {
    return pageKeep(number);
  },
  page_number_of: function (value) {
    var number = pageValue(value);
    return typeof number === 'number' ? number : NaN;
  },

  page_array_is_flat: function (text) {
    return pageArray(pageValues[text]) !== null;
  },
  page_array_ids: function (array) {
    var list = [];
    pageArray(pageValues[array]).ids.forEach(function (id) {
      list.push(pageName(String(id)), typeof id === 'string' ? 1 : 0);
    });
    return pagePut(list) / 2;
  },
  page_array: function (ids, count) {
    var list = [];
    for (var at = ids >> 2, end = at + 2 * count; at < end; at += 2) {
      var name = pageValues[HEAP32[at]];
      list.push(HEAP32[at + 1] & 1 ? name : Number(name));
    }
    return pageKeep(JSON.stringify(list));
  },
  page_array_position: function (array, name) {
    return pagePosition(pageArray(pageValues[array]), pageValues[name]);
  },
  page_array_at: function (array, position, isText) {
    var id = pageArray(pageValues[array]).ids[position];
    HEAP8[isText] = typeof id === 'string' ? 1 : 0;
    return pageName(String(id));
  },
  page_array_size: function (array) {
    return pageArray(pageValues[array]).ids.length;
  },
  // An array may have thousands of ids, to which one more is put: then the text grows
  // at its end, and what is known of it stays known.
  page_array_inserted: function (number, position, name, isText) {
    var array = pageArray(pageValues[number]), ids = array.ids, text = array.text;
    var id = isText ? pageValues[name] : Number(pageValues[name]);
    if (!ids.length || position < ids.length || text.slice(-1) !== ']') {
      ids = ids.slice(0, position).concat(id, ids.slice(position));
      text = JSON.stringify(ids);
      pageRemember(text, ids);
      return pageKeep(text);
    }
    array.text = text.slice(0, -1) + ',' + JSON.stringify(id) + ']';
    ids.push(id);
    return pageKeep(array.text);
  },
  page_array_without: function (array, name) {
    var left = pageValues[name];
    var ids = pageArray(pageValues[array]).ids.filter(function (id) {
      return String(id) !== left;
    });
    var text = JSON.stringify(ids);
    pageRemember(text, ids);
    return pageKeep(text);
  },
  page_array_missing: function (array, other) {
    var there = new Set(pageArray(pageValues[other]).ids.map(String)), missing = [];
    pageArray(pageValues[array]).ids.forEach(function (id) {
      if (!there.has(String(id))) missing.push(pageName(String(id)));
    });
    return pagePut(missing);
  },
  page_array_lacks: function (names, count, array) {
    var there = new Set(pageArray(pageValues[array]).ids.map(String)), lacking = [];
    for (var at = names >> 2, end = at + count; at < end; at++) {
      if (!there.has(pageValues[HEAP32[at]])) lacking.push(HEAP32[at]);
    }
    return pagePut(lacking);
  },

  page_now: function () {
    return new Date().getTime();
  },
  page_warn: function (text) {
    try {
      console.warn('Backbone.cachingSync: ' + pageValues[text]);
    } catch (error) {
      return;
    }
  },

  page_call_invoke: function (number) {
    return pageCall(number).invoke();
  },
  page_call_load_record: function (number, text) {
    return pageAsk(number, 'loadRecord', false, pageValues[text]);
  },
  page_call_load_rows: function (number, list, record, expiry, soonest) {
    var call = pageCall(number), storage = pageStorage(), ids = pageArray(pageValues[list]).ids;
    var recordEnd = pageValues[record], expiryEnd = pageValues[expiry];
    // The page's code tells the ids of rows, and may append one more meanwhile.
    var count = ids.length, rows = new Array(count), first = Infinity;
    for (var i = 0; i < count; i++) {
      var text = pageItem(storage, ids[i] + recordEnd);
      var row = text === null ? undefined : call.loadRow(text, ids[i]);
      if (row === undefined) return false;
      rows[i] = row;
      var minute = pageItem(storage, ids[i] + expiryEnd);
      if (minute !== null) first = Math.min(first, pageMinute(minute));
    }
    HEAPF64[soonest >> 3] = first;
    call.loaded = rows;
    return true;
  },
  page_call_load_envelope: function (number, text) {
    return pageAsk(number, 'loadEnvelope', false, pageValues[text]);
  },
  page_call_take_answer: function (number) {
    return pageAsk(number, 'takeAnswer', false);
  },
  page_call_answered_ids: function (number) {
    var list = [];
    pageAsk(number, 'answeredIds', []).forEach(function (id) {
      list.push(pageName(String(id)), typeof id === 'string' ? 1 : 0);
    });
    return pagePut(list) / 2;
  },
  page_call_answered_text: function (number, key) {
    return pageHandle(pageAsk(number, 'answeredText', undefined, pageValues[key]));
  },
  page_call_amend_answer: function (number, amendments, count) {
    for (var at = amendments >> 2, end = at + 3 * count; at < end; at += 3) {
      pageAsk(number, 'amend', undefined, {key: pageValues[HEAP32[at]], how: HEAP32[at + 1], text: pageValue(HEAP32[at + 2])});
    }
    pageCall(number).amended();
  },
  page_call_answer_with_loaded: function (number) {
    pageAsk(number, 'answerWithLoaded');
  },
  page_call_deliver: function (number, fromCache, dataOnly) {
    pageCall(number).deliver(!!fromCache, !!dataOnly);
  },
  page_call_report_failure: function (number) {
    pageCall(number).reportFailure();
  },
  page_call_resolve: function (number, fromCache) {
    pageAsk(number, 'resolve', undefined, !!fromCache);
  },
  page_call_reject: function (number) {
    pageAsk(number, 'reject');
  },
  page_call_forget: function (number) {
    pageCall(number).forget();
  },
  page_call_sent_text: function (number, base) {
    return pageHandle(pageAsk(number, 'sentText', undefined, pageValue(base)));
  },
  page_call_confirmed: function (number, confirmed) {
    var told = pageAsk(number, 'confirmed', {}), hasId = told.id !== undefined, key = hasId ? told.id : told.url;
    HEAP32[confirmed >> 2] = pageHandle(told.text);
    if (key === undefined) return;
    HEAP32[(confirmed >> 2) + 1] = pageName(String(key));
    HEAP8[confirmed + 8] = typeof key === 'string' ? 1 : 0;
    HEAP8[confirmed + 12] = hasId ? 1 : 0;
    HEAP8[confirmed + 13] = 1;
    HEAP8[confirmed + 14] = told.isInCollection ? 1 : 0;
  },
  page_call_held: function (number, held) {
    // A row that cannot be told from others makes the list a lesser one.
    var told = pageAsk(number, 'held', {answered: 0, unnamed: 1, all: 0}), at = held >> 2;
    HEAP32[at] = told.answered;
    HEAP32[at + 1] = told.unnamed;
    HEAP32[at + 2] = told.all;
  },
  page_call_write_rows: function (number, answered, record, expiry, minutes, except, excepted, written) {
    var storage = pageStorage(), left = new Set(), failed = 0, saved = 0;
    var recordEnd = pageValues[record], expiryEnd = pageValues[expiry], minute = pageExpiry(minutes);
    for (var i = 0; i < excepted; i++) left.add(pageValues[HEAP32[(except >> 2) + i]]);
    var hasRecord = function (key) {
      return pageItem(storage, key + recordEnd) !== null;
    };
    var isBroken = pageAsk(number, 'eachRow', true, answered ? null : hasRecord, function (key, text) {
      if (left.has(key)) return;
      var wrote = text === undefined ? pageRefused : pageWrite(storage, key + recordEnd, text, key + expiryEnd, minute);
      if (wrote === pageSaved) saved++;
      if (wrote === pageSaved || wrote === pageDone) return;
      if (storage) pageRemove(storage, key + recordEnd, key + expiryEnd);
      failed++;
    });
    if (isBroken) failed++;
    HEAP32[written >> 2] = failed;
    HEAP32[(written >> 2) + 1] = saved;
  },
  page_call_list_text: function (number, answered) {
    return pageHandle(pageAsk(number, 'listText', undefined, !!answered));
  },
  page_call_envelope_text: function (number) {
    return pageHandle(pageAsk(number, 'envelopeText'));
  }
};

Object.keys(pageLibrary).filter(function (name) {
  return name.startsWith('$');
}).forEach(function (name) {
  autoAddDeps(pageLibrary, name);
});
mergeInto(LibraryManager.library, pageLibrary);
