package allowance

import (
	"errors"
	"net"
	"net/http"
)

// errLapsed keeps a request from being sent.
var errLapsed = errors.New("this deployment may not spend from the allowance of this Luminance instance now: " +
	"it could not renew its claim, or another one has it; the request was not sent")

// Transport sends requests while the claim on an instance holds.
type Transport struct {
	Base     http.RoundTripper
	Claims   *Claims
	Instance string
}

// RoundTrip fails as if nobody could be reached where the request may not be sent: it surely was not.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !t.Claims.Holds(t.Instance) {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errLapsed}
	}
	return t.Base.RoundTrip(req)
}

// CloseIdleConnections closes those of the base.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.Base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
