"""A client on simple-salesforce: `python client.py HOST:PORT CERTIFICATE`. Prints what each operation gave."""

import json
import sys

import requests
from simple_salesforce import Salesforce, SalesforceMalformedRequest

instance, certificate = sys.argv[1:]
session = requests.Session()
# The environment may name other certificates, and proxies.
session.trust_env = False
session.verify = certificate
salesforce = Salesforce(instance=instance, session_id="any", session=session, version="61.0")


def show(value):
    print(json.dumps(value), flush=True)


deals = salesforce.Opportunity
created = deals.create({"Name": "From Python", "Amount": 7, "StageName": "Closed Won"})
show(created)
show(deals.update(created["id"], {"StageName": "Closed Lost"}))
show(deals.get(created["id"]))
show(deals.upsert("Number__c/N-2", {"Name": "Upserted", "StageName": "Closed Won"}))
show(deals.get_by_custom_id("Number__c", "N-2")["Name"])
show(deals.delete(created["id"]))
try:
    deals.create({"Nmae": "x"})
except SalesforceMalformedRequest as error:
    show({"errorCode": error.content[0]["errorCode"]})
