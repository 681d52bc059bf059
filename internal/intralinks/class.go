package intralinks

import (
	"net/http"
	"regexp"
	"strings"
)

// Class says what kind of failure an Error is, and so what mends it.
type Class string

// The classes.
const (
	// Auth: the token was refused, also after it was renewed once.
	Auth Class = "Auth"
	// InvalidCredentials: the sign-in was refused. Never tried again by
	// itself: each refusal brings the account nearer to being locked.
	InvalidCredentials Class = "InvalidCredentials"
	// GrantRefused: the code of a sign-in or the refresh token was refused,
	// because it is over, used or revoked. A person has to sign in again.
	GrantRefused Class = "GrantRefused"
	// SessionTaken: the same account signed in elsewhere.
	SessionTaken Class = "SessionTaken"
	// NotEntered: the exchange has not been entered in this session.
	NotEntered Class = "NotEntered"
	// NotFoundOrDenied: no such thing, or none that the account may see; the
	// server does not tell which.
	NotFoundOrDenied Class = "NotFoundOrDenied"
	// Denied: the account may not do this.
	Denied Class = "Denied"
	// Protected: the document can only be seen in the online viewer. The
	// server reports that as an unexpected error, so a few repetitions are in
	// order before it is believed.
	Protected Class = "Protected"
	// Throttled: too many requests.
	Throttled Class = "Throttled"
	// Transient: a later attempt may succeed as it stands.
	Transient Class = "Transient"
	// Canceled: the caller's context ended.
	Canceled Class = "Canceled"
	// Permanent: everything else; repeating it changes nothing.
	Permanent Class = "Permanent"
)

// subCodeSessionEnded: the session timed out, or another sign-in ended it.
const subCodeSessionEnded = "1-1-3-2"

// bySubCode holds the subcodes that decide whatever the status (Intralinks
// Python SDK, developer portal). They come with differing HTTP statuses, some
// with 200.
var bySubCode = map[string]Class{
	"3-1":               NotFoundOrDenied,
	"1-1-3":             Denied, // no permission for this action
	"21-3":              Denied, // reserved to the admin users of the exchange
	subCodeSessionEnded: SessionTaken,
	"018":               SessionTaken,
	"017":               InvalidCredentials,
	"011":               InvalidCredentials, // asks for a SecurID code
	"9-9-9-1":           Transient,          // a report that is not ready yet
}

// rateFault finds the faults by which an Apigee gateway throttles. Apigee Edge
// sends them with HTTP 500 by default, Apigee X with 429 (inferred from the
// gateway's documentation; not seen at Intralinks).
var rateFault = regexp.MustCompile(`(?i)ratelimit|quota ?violation|spike ?arrest|quota.*exceed|exceed.*quota|rate limit`)

// unknownClient finds texts by which a gateway says that it does not know the
// API key, as opposed to its secret. "invalid or null consumer key" is
// recorded (Intralinks Python SDK); the rest is inferred.
var unknownClient = regexp.MustCompile(`(?i)consumer ?key|unknown client|client[ _-]?id|api ?key`)

// scriptFault finds the gateway's own failure to run its scripts, which comes
// and goes (Intralinks Python SDK).
const scriptFault = "javascript execution failed"

// classify decides the class from what the body said and the HTTP status.
func classify(op string, status int, p problem) Class {
	if class, ok := bySubCode[p.subCode]; ok && (class != InvalidCredentials || !isGrant(op)) {
		return class
	}
	if class, ok := classOfGateway(status, p); ok {
		return class
	}
	code := effectiveCode(status, p.code)
	if isSignIn(op) && refusedSignIn(code, p) {
		return classOfSignIn(op, code, p)
	}
	if op == OpDownloadDocument && code == http.StatusInternalServerError && p.unexpected() {
		return Protected
	}
	return classOfCode(code)
}

// classOfGateway finds what the gateway says for itself, whatever is behind it.
func classOfGateway(status int, p problem) (class Class, ok bool) {
	text := p.message + " " + p.subCode
	switch {
	case status == http.StatusTooManyRequests || p.code == http.StatusTooManyRequests:
		return Throttled, true
	case p.shape == shapeFault && rateFault.MatchString(text):
		return Throttled, true
	case p.shape == shapeFault && strings.Contains(strings.ToLower(text), scriptFault):
		return Transient, true
	}
	return "", false
}

// unexpected tells whether the server reports an error that it did not foresee.
func (p problem) unexpected() bool { return p.subCode == "999" || p.code == 999 }

// classOfCode is the class of a code that no other sign qualifies.
func classOfCode(code int) Class {
	switch {
	case code == http.StatusUnauthorized:
		return Auth
	case code == http.StatusForbidden:
		return Denied
	case code == http.StatusSeeOther:
		return NotEntered
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		return Transient
	case code == http.StatusNotImplemented, code == http.StatusHTTPVersionNotSupported:
		return Permanent
	case code >= 500:
		return Transient
	}
	return Permanent
}

// effectiveCode prefers the code in the body where it is like an HTTP status:
// v1 and some v2 answers are HTTP 200 and have the real code inside.
func effectiveCode(status, code int) int {
	if code >= 300 && code < 600 {
		return code
	}
	return status
}

func isSignIn(op string) bool { return op == OpSignInV2 || op == OpSignInV3 || isGrant(op) }

// isGrant tells whether an operation hands in what a person's sign-in gave.
func isGrant(op string) bool { return op == OpExchangeCode || op == OpRefreshToken }

// How a refused grant may be worded, by the documentation of Apigee's OAuth
// policies and by RFC 6749; not seen at Intralinks (inferred).
var (
	refusedClient = regexp.MustCompile(`(?i)invalid[_ ]?client|client credentials`)
	refusedCall   = regexp.MustCompile(`(?i)unsupported[_ ]?grant|unauthorized_client|grant[_ ]type|redirect|code_verifier|code_challenge|scope`)
	speaksOfGrant = regexp.MustCompile(`(?i)grant|code|token|expire|revoke`)
)

// classOfSignIn tells what was refused. Of a grant that is the application, the
// way it asks, or, where nothing speaks for either, what the person's sign-in
// gave. RFC 6749 has 401 for applications only.
func classOfSignIn(op string, code int, p problem) Class {
	text := p.message + " " + p.subCode
	switch {
	case !isGrant(op), unknownClient.MatchString(text), refusedClient.MatchString(text):
		return InvalidCredentials
	case refusedCall.MatchString(text):
		return Permanent
	case code == http.StatusUnauthorized && !speaksOfGrant.MatchString(text):
		return InvalidCredentials
	}
	return GrantRefused
}

// refusedSignIn tells whether an answer to a sign-in is about the credentials.
// A page of HTML is not: that is a proxy or a firewall speaking.
func refusedSignIn(code int, p problem) bool {
	if p.shape == shapeHTML {
		return false
	}
	return code == http.StatusBadRequest || code == http.StatusUnauthorized || code == http.StatusForbidden
}

// suggestsOtherAuthVersion tells whether credentials of the other Auth API
// version would explain a refused sign-in. Inferred: a key that the gateway
// does not know, or a host that has no such sign-in path.
func suggestsOtherAuthVersion(op string, status int, class Class, p problem) bool {
	if !isSignIn(op) {
		return false
	}
	if status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
		return true
	}
	return class == InvalidCredentials && p.subCode != "017" &&
		unknownClient.MatchString(p.message+" "+p.subCode)
}
