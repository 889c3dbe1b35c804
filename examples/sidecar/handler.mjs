// Takes what `sf-outbound listen --inbox` posts: each notification once, however often it is posted.
//
// node handler.mjs 3000
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const FILE = 'deals.jsonl';
const lines = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n').filter(Boolean) : [];
const seen = new Set(lines.map((line) => JSON.parse(line).key));

const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const key = request.headers['idempotency-key'];
    // A record that was deleted before it was sent is null.
    const record = JSON.parse(body).Notification[0].sObject;
    const isNew = !seen.has(key);
    if (isNew) {
        // One line for the key and the effect, which is on the disk before the answer.
        const line = JSON.stringify({ key, id: record?.Id, name: record?.Name }) + '\n';
        appendFileSync(FILE, line, { flush: true });
        seen.add(key);
    }
    console.log(isNew ? 'handled' : 'seen before', key);
    response.writeHead(204).end();
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});
