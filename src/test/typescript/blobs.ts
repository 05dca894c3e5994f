// Stores and reads blobs with the client that openapi-generator makes from openapi.yaml.
// usage: node blobs.js BASE_URL

import { BlobsApi, Configuration, MaintenanceApi, MemoryApi, PoolsApi, ProblemFromJSON, ResponseError } from './client';

/** Of node; its type declarations are not here. */
declare const process: { argv: string[]; exitCode: number };

const configuration = new Configuration({ basePath: process.argv[2] });
const blobs = new BlobsApi(configuration);
const pools = new PoolsApi(configuration);
const pool = 'default';

/** Every value of a byte, more than once, so that nothing on the way may take it for text. */
const content = new Uint8Array(100_000).map((_, index) => (index * 7 + (index >> 8)) & 0xff);

function strictEqual(actual: unknown, expected: unknown): void {
    if (actual !== expected) {
        throw new Error(`expected ${expected} but got ${actual}`);
    }
}

async function sameBytes(blob: Blob): Promise<void> {
    const got = new Uint8Array(await blob.arrayBuffer());
    strictEqual(got.length, content.length);
    got.forEach((byte, index) => strictEqual(byte, content[index]));
}

async function putAndGet(): Promise<void> {
    const handle = 'from-typescript~1.bin';
    const created = await blobs.putBlobRaw({ pool, handle, body: new Blob([content]) });
    strictEqual(created.raw.status, 201);
    const got = await blobs.getBlobRaw({ pool, handle });
    strictEqual(got.raw.headers.get('etag'), created.raw.headers.get('etag'));
    strictEqual(got.raw.headers.get('content-type'), 'application/octet-stream');
    await sameBytes(await got.value());

    const replaced = await blobs.putBlobRaw({ pool, handle, body: new Blob(['{"text": "ü"}']) });
    strictEqual(replaced.raw.status, 204);
    strictEqual(await (await blobs.getBlob({ pool, handle })).text(), '{"text": "ü"}');
    const head = await blobs.headBlobRaw({ pool, handle });
    strictEqual(head.raw.headers.get('content-length'), '14');
    strictEqual((await blobs.getBlobLayout({ pool, handle, limit: 10 })).size, 14);
    await blobs.deleteBlob({ pool, handle });
    strictEqual(await problemCode(blobs.getBlob({ pool, handle })), 'BLOB_NOT_FOUND');
}

async function postAndGet(): Promise<void> {
    const stored = await blobs.createBlob({ pool, body: new Blob([content]) });
    strictEqual(stored.size, content.length);
    await sameBytes(await blobs.getBlob({ pool, handle: stored.handle }));
    await blobs.deleteBlob({ pool, handle: stored.handle });
}

async function problemCode(call: Promise<unknown>): Promise<string> {
    try {
        await call;
    } catch (error) {
        if (error instanceof ResponseError) {
            const problem = ProblemFromJSON(await error.response.json());
            strictEqual(problem.status, error.response.status);
            return problem.code;
        }
        throw error;
    }
    return 'no problem';
}

async function look(): Promise<void> {
    strictEqual((await pools.getPool({ pool })).pool, pool);
    strictEqual(await problemCode(pools.getPool({ pool: 'none' })), 'POOL_NOT_FOUND');
    strictEqual((await new MemoryApi(configuration).checkMemory()).sound, true);
    strictEqual((await new MaintenanceApi(configuration).runCompaction({ pool })).outcome, 'DONE');
}

async function main(): Promise<void> {
    await putAndGet();
    await postAndGet();
    await look();
    console.log('stored and read');
}

main().catch(error => {
    console.error(error);
    process.exitCode = 1;
});
