package intralinks

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
)

// pkce is what a version does about PKCE (RFC 7636): unknown, checked or required.
func (s *Server) pkce(v3 bool) string {
	if v3 {
		return s.control.Get("pkceV3")
	}
	return s.control.Get("pkceV2")
}

// The lengths and characters of a S256 challenge and of a verifier (RFC 7636, 4.1
// and 4.2).
var (
	challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	verifierForm  = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)
)

// checkChallenge takes S256 only: a plain challenge protects nothing.
func checkChallenge(query url.Values, pkce string) (code, why string) {
	given := query.Get("code_challenge")
	switch {
	case pkce == "unknown":
		return "", ""
	case given == "" && !query.Has("code_challenge_method"):
		if pkce == "required" {
			return "invalid_request", "code_challenge is missing"
		}
		return "", ""
	case query.Get("code_challenge_method") != "S256":
		return "invalid_request", "code_challenge_method has to be S256"
	case !challengeForm.MatchString(given):
		return "invalid_request", "code_challenge is none of S256"
	}
	return "", ""
}

// verifies tells whether a verifier fits a challenge. Where there was no challenge,
// there must be no verifier: somebody may have taken the challenge away.
func verifies(challenge, verifier string) bool {
	if challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return verifierForm.MatchString(verifier) && base64.RawURLEncoding.EncodeToString(sum[:]) == challenge
}
