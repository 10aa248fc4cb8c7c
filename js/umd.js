// dist/backbone.cachingsync.js

import {plain} from './plain.js';
import {publish} from './publish.js';

publish(plain);
