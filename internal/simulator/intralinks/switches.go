package intralinks

import "dataroom.dev/intralinks-operator/internal/simulator/control"

// Switches lists what can be selected. Each doubt about the real service is one.
func Switches() []control.Switch {
	d, i, c := control.Documented, control.Inferred, control.Choice
	return []control.Switch{
		{Name: "strict", Values: control.OnOff(), Default: "on", Evidence: c,
			About: "refuse query parameters and body fields that no evidence names, with 400"},
		{Name: "latency", Default: "0s", Evidence: c, About: "wait so long before each answer"},

		{Name: "tokenTTL", Default: "59m59s", Evidence: d, About: "lifetime of an access token; V2 tells it as expires_in in whole seconds"},
		{Name: "refreshTTL", Default: "720h0m0s", Evidence: d, About: "lifetime of a refresh token"},
		{Name: "clientCredentials", Values: control.OnOff(), Default: "on", Evidence: d, About: "the V2 client_credentials grant is enabled for the application"},
		{Name: "refreshGrant", Values: control.OnOff(), Default: "off", Evidence: d,
			About: "the V2 refresh_token grant is enabled, and V2 answers carry a refresh_token"},
		{Name: "refreshKeepsEntry", Values: control.OnOff(), Default: "off", Evidence: i, About: "a refreshed token stays in the exchanges its predecessor entered"},
		{Name: "wrongSecret", Values: []string{"401", "400"}, Default: "401", Evidence: i, About: "HTTP status of V2 sign-in for a known key with a wrong secret"},
		{Name: "v3Error", Values: []string{"envelope", "fault", "errorCode"}, Default: "envelope", Evidence: c,
			About: "body of a refused V3 sign-in: _status envelope, gateway fault, or the ErrorCode body of V2"},
		{Name: "v3Lifetime", Values: []string{"none", "expiresIn"}, Default: "none", Evidence: d, About: "whether the V3 answer tells the lifetime, as data.expiresIn"},
		{Name: "v3Token", Values: []string{"opaque", "jwt"}, Default: "opaque", Evidence: i, About: "V3 tokens are short random text, or long and in three parts"},
		{Name: "v3Entry", Values: []string{"required", "skipped"}, Default: "required", Evidence: c, About: "whether V3 sessions have to enter exchanges"},
		{Name: "sessions", Values: []string{"many", "single"}, Default: "many", Evidence: d,
			About: "single: a V2 sign-in beside a live session of the account is refused with 403/018, unless endOtherSessions ends that one"},
		{Name: "sessionTakenAnswer", Values: []string{"1-1-3-2", "018", "401"}, Default: "1-1-3-2", Evidence: i,
			About: "what a token answers whose session was ended by another sign-in"},

		{Name: "entryGate", Values: []string{"every", "splash", "never"}, Default: "every", Evidence: d,
			About: "which exchanges answer 303 until entered: every one (vendor's text), those with a splash or security level above 1 (what recorded tests suggest), none"},
		{Name: "entryScope", Values: []string{"token", "account"}, Default: "token", Evidence: i, About: "an entry ends with the token, or holds for the account"},
		{Name: "splashAbsent", Values: []string{"missing", "notRequired", "error"}, Default: "missing", Evidence: i,
			About: "GET splash of an exchange that has none: no splash key, splashRequired false, or 400/3-1"},
		{Name: "holdAccess", Values: []string{"denied", "allowed"}, Default: "denied", Evidence: c, About: "content of an exchange in phase HOLD: 400/3-1, or as if open"},
		{Name: "deniedStatus", Values: []string{"401", "403", "200"}, Default: "401", Evidence: c, About: "HTTP status of code 401/1-1-3 (no permission)"},
		{Name: "errorsAs200", Values: control.OnOff(), Default: "off", Evidence: d, About: "errors 400 of v2 resources come with HTTP 200"},

		{Name: "paging", Values: []string{"one", "capped"}, Default: "one", Evidence: d,
			About: "lists come in one answer, or in pages by startIndex and itemsPerPage with a pagingContext"},
		{Name: "pageSize", Default: "1000", Evidence: c, About: "the most rows in a page when paging is capped"},
		{Name: "emptyList", Values: []string{"absent", "empty"}, Default: "absent", Evidence: i, About: "an empty list: no key, or []"},
		{Name: "single", Values: []string{"list", "object"}, Default: "list", Evidence: d, About: "GET of one thing: a list of one, or the object"},
		{Name: "listOrder", Values: []string{"mixed", "oldest"}, Default: "mixed", Evidence: d, About: "order of lists: repeatable but not by id, or oldest first"},
		{Name: "rootDocuments", Values: []string{"minusOne", "absent", "unlisted"}, Default: "minusOne", Evidence: i,
			About: "documents outside of any folder: parentId -1, no parentId, or not in the list"},
		{Name: "indexed", Values: control.OnOff(), Default: "on", Evidence: d, About: "folders and documents have an indexNumber"},
		{Name: "deletedDocuments", Values: []string{"unlisted", "flagged"}, Default: "unlisted", Evidence: i, About: "kept deleted documents: hidden, or listed with isDeleted true"},
		{Name: "viewerOnlyFlag", Values: []string{"NONE", "NOSAVE"}, Default: "NONE", Evidence: c, About: "pdfProtection of documents that may only be viewed"},
		{Name: "downloadHash", Values: []string{"download", "same", "absent"}, Default: "download", Evidence: i,
			About: "fileHashDownload: hash of what a download gives, always equal to fileHash, or no such field"},

		{Name: "viewerOnlyAnswer", Values: []string{"500-xml", "500-json", "403-json"}, Default: "500-xml", Evidence: d, About: "download of a document that may only be viewed"},
		{Name: "irmDownload", Values: []string{"ciphertext", "refuse", "plain"}, Default: "ciphertext", Evidence: i,
			About: "download of an IRM-protected document: encrypted bytes, as one that may only be viewed, or the plain file"},
		{Name: "fileErrors", Values: []string{"xml", "json"}, Default: "xml", Evidence: d, About: "shape of other errors of a download"},
		{Name: "fileLength", Values: []string{"known", "chunked"}, Default: "known", Evidence: i, About: "whether downloads carry a Content-Length"},
		{Name: "fileType", Values: []string{"octet", "actual"}, Default: "octet", Evidence: c, About: "Content-Type of downloads: application/octet-stream, or the document's"},
		{Name: "fileDisposition", Values: control.OnOff(), Default: "off", Evidence: c, About: "downloads carry a Content-Disposition"},
		{Name: "fileRedirect", Values: control.OnOff(), Default: "off", Evidence: c,
			About: "downloads are redirected to a storage host, which refuses requests that bring a bearer token along"},
		{Name: "ranges", Values: control.OnOff(), Default: "off", Evidence: c, About: "downloads support Range and carry an ETag"},
		{Name: "stampedRanges", Values: control.OnOff(), Default: "off", Evidence: c,
			About: "with ranges, watermarked downloads support Range too, each part cut out of a copy of its own"},
		{Name: "throttleStatus", Values: []string{"500", "429"}, Default: "500", Evidence: i, About: "HTTP status of the throttle fault"},
	}
}

// The names of faults that code asks for.
const (
	faultTruncate     = "truncate"
	faultReset        = "reset"
	faultSlow         = "slow"
	faultCorrupt      = "corrupt"
	faultCut          = "cut"
	faultDrop         = "drop"
	faultHang         = "hang"
	faultLatency      = "latency"
	faultHTML         = "html"
	faultHTML200      = "html200"
	faultJSON200      = "json200"
	faultXML200       = "xml200"
	faultErrors200    = "errors200"
	faultServer999    = "server999"
	faultJavaScript   = "javascript"
	faultThrottle     = "throttle"
	faultUnauthorized = "unauthorized"
	faultExpire       = "expire"
	faultTaken        = "taken"
	faultNotEntered   = "notEntered"
	faultEmptyList    = "emptyList"
	faultShortList    = "shortList"
	faultDoubleRow    = "doubleRow"
)

// Faults lists what can go wrong on request.
func Faults() []control.FaultKind {
	d, i, c := control.Documented, control.Inferred, control.Choice
	return []control.FaultKind{
		{Name: faultTruncate, Evidence: c, About: "close the connection after args.after bytes of the body (default: half)"},
		{Name: faultReset, Evidence: c, About: "reset the connection after args.after bytes of the body (default: half)"},
		{Name: faultSlow, Evidence: c, About: "wait args.delay (default 10ms) before every args.every bytes (default 4096)"},
		{Name: faultCorrupt, Evidence: c, About: "flip the bits of the byte at args.at (default 0); the length stays"},
		{Name: faultCut, Evidence: c, About: "end the body cleanly after args.after bytes (default: half); a list is then broken JSON"},
		{Name: faultDrop, Evidence: c, About: "close the connection without an answer"},
		{Name: faultHang, Evidence: c, About: "never answer, until the client gives up"},
		{Name: faultLatency, Evidence: c, About: "wait args.delay (default 1s), then answer as usual"},
		{Name: faultHTML, Evidence: d, About: "the HTML page of a gateway, status args.status (default 504), Content-Type txt/html"},
		{Name: faultHTML200, Evidence: c, About: "an HTML page with status 200"},
		{Name: faultJSON200, Evidence: c, About: "a JSON success without any data, status 200"},
		{Name: faultXML200, Evidence: d, About: "an XML error with status 200, also where JSON is due"},
		{Name: faultErrors200, Evidence: d, About: "JSON with errors and status 200: args.code (400) and args.subcode (21-3)"},
		{Name: faultServer999, Evidence: d, About: "error 500 / 999 with an errorId; XML on downloads"},
		{Name: faultJavaScript, Evidence: d, About: "the gateway's fault \"JavaScript execution failed\", status 500"},
		{Name: faultThrottle, Evidence: i, About: "the gateway's quota fault, status by throttleStatus, Retry-After args.retryAfter if given"},
		{Name: faultUnauthorized, Evidence: d, About: "401 for a good token, which stays good"},
		{Name: faultExpire, Evidence: d, About: "the token ends at this request: 401 from now on"},
		{Name: faultTaken, Evidence: d, About: "another sign-in has ended the session, see sessionTakenAnswer"},
		{Name: faultNotEntered, Evidence: d, About: "the entry is lost at this request: 303 until entered again"},
		{Name: faultEmptyList, Evidence: c, About: "a list without rows, status 200"},
		{Name: faultShortList, Evidence: i, About: "only the first args.rows rows (default 1) of a list, without a sign of it"},
		{Name: faultDoubleRow, Evidence: c, About: "the first row of a list comes twice"},
	}
}
