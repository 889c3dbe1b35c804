// A client on jsforce: `node client.mjs URL`. Prints what each operation gave as a line of JSON.
import jsforce from "jsforce";

const connection = new jsforce.Connection({ loginUrl: process.argv[2], version: "61.0" });
const show = (value) => console.log(JSON.stringify(value));

await connection.login("ada@example.com", "any password");
const deals = connection.sobject("Opportunity");
const created = await deals.create({ Name: "Größe <1> & \"2\"", Amount: 1200.5, StageName: "Prospecting" });
show(created);
show(await deals.update({ Id: created.id, StageName: "Closed Won", Amount: null }));
show(await deals.retrieve(created.id));
show(await deals.upsert({ Number__c: "N-1", Name: "Upserted", StageName: "Closed Won" }, "Number__c"));
const many = await deals.create([
  { Name: "First", StageName: "Prospecting" },
  { Name: "Second", StageName: "Closed Won" },
]);
show(many);
show(await deals.destroy(many[1].id));
show(await deals.create({ Nmae: "x" }).catch((error) => ({ errorCode: error.errorCode })));
