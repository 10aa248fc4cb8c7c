// The types of Backbone.cachingSync, by import.

import cachingSync from './index.js';

export {cachingSync, cachingSync as default};
export import Burry = cachingSync.Burry;

export import Cache = cachingSync.Cache;
export import CachedSync = cachingSync.CachedSync;
export import CallOptions = cachingSync.CallOptions;
export import DeliveryOptions = cachingSync.DeliveryOptions;
export import FetchPolicy = cachingSync.FetchPolicy;
export import Id = cachingSync.Id;
export import Method = cachingSync.Method;
export import Options = cachingSync.Options;
export import Stats = cachingSync.Stats;
export import Sync = cachingSync.Sync;
