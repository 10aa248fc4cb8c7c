// Origins of URLs (contract 12.19).

import {attempt} from '../json.js';

export const ownOrigin = () => attempt(() => `${location.protocol}//${location.host}`, '');

// The origin that a request to a URL goes to; '' where the text is no URL.
export function originOf(url) {
  if (/^\/(?![/\\])/.test(url)) return ownOrigin();
  return attempt(() => {
    const {protocol, host} = new URL(url, document.baseURI);
    return `${protocol}//${host}`;
  }, '');
}
