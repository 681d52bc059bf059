package intralinks

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// v3SignInPath is the token call of Auth API v3 (C# demo).
const v3SignInPath = "v3/apis/il-iam/oauth/token"

// ClientCredentialsV3 signs in the service account that belongs to an API key,
// by Auth API v3: credentials issued after February 2024 need it. The resource
// calls stay those of API v2. authURL may differ from the client's base URL.
//
// The token lives as long as the answer says; the C# demo knows of no such
// field, and then 60 minutes are assumed (inferred). hc gives the transport; if
// nil, a default one.
func ClientCredentialsV3(authURL, clientID, clientSecret string, hc *http.Client) bearer.Fetch {
	basic := base64.StdEncoding.EncodeToString([]byte(clientID + ":" + clientSecret))
	client := noRedirects(hc)
	return func(ctx context.Context) (*oauth2.Token, error) {
		s := signIn{
			op: OpSignInV3, authURL: authURL, path: v3SignInPath, client: client,
			header: http.Header{
				"Authorization": {"Basic " + basic},
				"Content-Type":  {"application/json"},
			},
			body:    []byte(`{"data":{"grant_type":"client_credentials"}}`),
			secrets: []string{basic, clientSecret, clientID},
		}
		return s.do(ctx, readV3Token)
	}
}

func readV3Token(keys map[string]json.RawMessage) tokenAnswer {
	var data map[string]json.RawMessage
	_ = json.Unmarshal(keys["data"], &data) // without it, there is no token, and that is reported
	return tokenAnswer{
		access: textOf(data, "accessToken"), refresh: textOf(data, "refreshToken"),
		email:    textOf(data, "email"), // inferred: no answer that was seen names the account
		lifetime: lifetimeIn(data, keys), refreshLifetime: refreshLifetimeIn(data, keys),
	}
}
