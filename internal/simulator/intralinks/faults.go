package intralinks

import "dataroom.dev/intralinks-operator/internal/simulator/control"

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
	faultNotReady     = "notReady"
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
		{Name: faultXML200, Evidence: i, About: "an XML error with status 200, also where JSON is due"},
		{Name: faultErrors200, Evidence: d, About: "JSON with errors and status 200: args.code (400) and args.subcode (21-3)"},
		{Name: faultServer999, Evidence: d, About: "error 500 / 999 with an errorId; XML on downloads"},
		{Name: faultJavaScript, Evidence: d, About: "the gateway's fault \"JavaScript execution failed\", status 500"},
		{Name: faultThrottle, Evidence: i, About: "the gateway's quota fault, status by throttleStatus; args.code spikeArrest for the one of bursts, Retry-After args.retryAfter if given"},
		{Name: faultUnauthorized, Evidence: d, About: "401 for a good token, which stays good"},
		{Name: faultExpire, Evidence: d, About: "the token ends at this request: 401 from now on"},
		{Name: faultTaken, Evidence: d, About: "another sign-in has ended the session, see sessionTakenAnswer"},
		{Name: faultNotEntered, Evidence: d, About: "the entry is lost at this request: 303 until entered again"},
		{Name: faultEmptyList, Evidence: c, About: "a list without rows, status 200"},
		{Name: faultShortList, Evidence: i, About: "only the first args.rows rows (default 1) of a list, without a sign of it"},
		{Name: faultDoubleRow, Evidence: c, About: "the first row of a list comes twice"},
		{Name: faultNotReady, Evidence: d, About: "an access report that isn't ready: status 200 and subcode 9-9-9-1"},
	}
}
