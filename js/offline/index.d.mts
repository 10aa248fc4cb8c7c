// The types of Backbone.cachingSync with the queue and other tabs, by import.

import cachingSync from './index.js';

export {cachingSync, cachingSync as default};
export import Burry = cachingSync.Burry;

export import Cache = cachingSync.Cache;
export import CachedSync = cachingSync.CachedSync;
export import CacheEvents = cachingSync.CacheEvents;
export import CallOptions = cachingSync.CallOptions;
export import DecoratorOptions = cachingSync.DecoratorOptions;
export import DeliveryOptions = cachingSync.DeliveryOptions;
export import EventNames = cachingSync.EventNames;
export import FetchPolicy = cachingSync.FetchPolicy;
export import Id = cachingSync.Id;
export import Method = cachingSync.Method;
export import Options = cachingSync.Options;
export import Promised = cachingSync.Promised;
export import QueuedMethod = cachingSync.QueuedMethod;
export import QueuedWrite = cachingSync.QueuedWrite;
export import RejectedWrite = cachingSync.RejectedWrite;
export import Replayed = cachingSync.Replayed;
export import Stats = cachingSync.Stats;
export import Sync = cachingSync.Sync;
