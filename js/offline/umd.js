// dist/backbone.cachingsync.offline.js

import {publish} from '../publish.js';
import {offline} from './offline.js';

publish(offline);
