// The types of Burry alone, by import.

import Burry from './burry.js';

export default Burry;
