package intralinks

import (
	"context"
	"net/http"
	"net/url"
)

// Revoke ends an access token and the refresh token that came with it. V2 does
// so as documented (Intralinks developer portal, Python SDK); for V3 the call is
// inferred. A token that is over already is refused with class Auth. All errors
// are *Error.
func (f *CodeFlow) Revoke(ctx context.Context, accessToken string) error {
	s := f.revokeV2(accessToken)
	if f.o.Version == V3 {
		s = f.callV3(map[string]string{"token": accessToken})
	}
	s.op, s.url, s.client = OpRevokeToken, f.revokeURL, f.client
	s.secrets = append(s.secrets, accessToken)
	a, err := s.send(ctx)
	if err != nil {
		return err
	}
	p := parseProblem(a.header.Get("Content-Type"), a.body)
	if success(a.status) && p.shape == shapeNone {
		return nil
	}
	return a.error(p)
}

func (f *CodeFlow) revokeV2(accessToken string) signIn {
	form := url.Values{"token": {accessToken}, "client_id": {f.o.ClientID}, "client_secret": {f.o.ClientSecret}}
	return signIn{
		method: http.MethodPut,
		header: http.Header{
			"Authorization": {"Bearer " + accessToken},
			"Content-Type":  {"application/x-www-form-urlencoded"},
		},
		body:    []byte(form.Encode()),
		secrets: []string{f.o.ClientSecret, f.o.ClientID},
	}
}
