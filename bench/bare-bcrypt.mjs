/** Measures the hash rate of the cores: bcrypt.compare at cost 12, 16 at once on a thread per core. Prints hashes per second. */
import bcrypt from 'bcrypt';

const [, , seconds, password = 'a heron stands in the rain'] = process.argv;
const hash = await bcrypt.hash(password, 12);
const begun = performance.now();
const end = begun + Number(seconds) * 1000;
let done = 0;
const walk = async () => {
  while (performance.now() < end) {
    await bcrypt.compare(password, hash);
    done++;
  }
};
await Promise.all(Array.from({ length: 16 }, walk));
process.stdout.write(JSON.stringify((done / (performance.now() - begun)) * 1000));
