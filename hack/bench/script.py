import base64, json, sys, urllib.parse, urllib.request

intralinks, luminance, exchange, folder = sys.argv[1:]

def call(url, token=None, data=None, headers={}):
    request = urllib.request.Request(url, data=data, headers=dict(headers))
    if token:
        request.add_header("Authorization", "Bearer " + token)
    return urllib.request.urlopen(request).read()

def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode((user + ":" + password).encode()).decode()}

source = json.loads(call(intralinks + "/v3/apis/il-iam/oauth/token", data=b'{"data":{"grant_type":"client_credentials"}}',
    headers={"Content-Type": "application/json", **basic("abcdef1234567890", "simulated-api-secret")}))["data"]["accessToken"]
target = json.loads(call(luminance + "/auth/oauth2/token", data=b"grant_type=client_credentials",
    headers=basic("operator", "simulated-client-secret")))["access_token"]
room = intralinks + "/v2/workspaces/" + exchange
call(room + "/splash", source, b'{"acceptSplash":true}', {"Content-Type": "application/json"})
for document in json.loads(call(room + "/documents", source))["document"]:
    content = call(room + "/documents/%s/file" % document["id"], source)
    name = urllib.parse.quote(document["name"] + document["extension"])
    call(luminance + "/api2/projects/11/folders/" + folder + "/upload?replace=false&name=" + name, target,
        base64.b64encode(content), {"Content-Type": "application/octet-stream"})
