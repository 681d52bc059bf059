package intralinks

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// v2SignInPath is the token call of Auth API v2 (Intralinks developer portal).
const v2SignInPath = "v2/oauth/token"

// ClientCredentialsV2 signs in an account by e-mail and password with an API
// key, by Auth API v2. Intralinks must have enabled the grant for the key.
//
// Where the account or one of its exchanges forbids concurrent sign-ins, a
// second one is refused with class SessionTaken; endOtherSessions ends the
// other session instead, which may be a person's in the browser.
//
// The token lives as long as the answer says, 3599 seconds in all samples. Its
// extra "email" is the account. hc gives the transport; if nil, a default one.
func ClientCredentialsV2(
	authURL, clientID, clientSecret, email, password string, endOtherSessions bool, hc *http.Client,
) bearer.Fetch {
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {clientID},
		"client_secret": {clientSecret},
		"email":         {email},
		"password":      {password},
	}
	if endOtherSessions {
		form.Set("endOtherSessions", "True") // the portal's spelling
	}
	client := noRedirects(hc)
	return func(ctx context.Context) (*oauth2.Token, error) {
		s := signIn{
			op: OpSignInV2, authURL: authURL, path: v2SignInPath, client: client,
			header:  http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
			body:    []byte(form.Encode()),
			secrets: []string{password, clientSecret, clientID},
		}
		return s.do(ctx, readV2Token)
	}
}

func readV2Token(keys map[string]json.RawMessage) tokenAnswer {
	return tokenAnswer{
		access: textOf(keys, "access_token"), refresh: textOf(keys, "refresh_token"),
		email: textOf(keys, "email"), lifetime: lifetimeIn(keys), refreshLifetime: refreshLifetimeIn(keys),
	}
}
