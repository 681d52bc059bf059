package intralinks

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// maxHops is how many redirects of a download are followed.
const maxHops = 5

// follow makes a file request and follows redirects to where the file is
// stored (whether the service redirects is unknown). The token goes along only
// as long as scheme and host stay those of the base URL; once a redirect has
// led away, it stays at home even if another one leads back.
func (c *Client) follow(ctx context.Context, cl call, header http.Header) (*http.Response, error) {
	at := c.base.JoinPath(cl.path)
	home := true
	for range maxHops + 1 {
		hc := c.plain
		if home {
			hc = c.authed
		}
		resp, err := c.roundTrip(ctx, hc, cl, at.String(), header.Clone(), nil)
		if err != nil {
			return nil, err
		}
		next, moved := redirect(resp, home)
		if !moved {
			if !home && abroadRefuses(resp.StatusCode) {
				return nil, c.refuseAbroad(cl, resp)
			}
			return resp, nil
		}
		closeAnswer(resp)
		if err := mayFollow(at, next); err != nil {
			return nil, &Error{Op: cl.op, Target: cl.target, Status: resp.StatusCode, Class: Permanent, Err: err}
		}
		home = home && next.Scheme == c.base.Scheme && next.Host == c.base.Host
		at = next
	}
	return nil, &Error{Op: cl.op, Target: cl.target, Class: Permanent, Err: errors.New("too many redirects")}
}

// redirect returns where an answer leads. A 303 of the service itself says
// that the exchange is not entered, and has no Location (inferred); with one,
// it is a redirect only if it does not say so in JSON or XML.
func redirect(resp *http.Response, home bool) (*url.URL, bool) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	case http.StatusSeeOther:
		k := kindOf(resp.Header.Get("Content-Type"))
		if home && (k == kindJSON || k == kindXML) {
			return nil, false
		}
	default:
		return nil, false
	}
	next, err := resp.Location()
	return next, err == nil
}

// mayFollow refuses what no storage needs: other protocols, and a step from
// https to http, where everybody on the way could read the document.
func mayFollow(from, to *url.URL) error {
	switch {
	case to.Scheme != "https" && to.Scheme != "http" || to.Host == "":
		return errors.New("the server redirects to something that is not http")
	case from.Scheme == "https" && to.Scheme == "http":
		return errors.New("the server redirects from https to http")
	}
	return nil
}

func abroadRefuses(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// refuseAbroad makes an Error of a storage host's refusal. It is about the
// signed link, which ends after a while, and not about the account: asking
// Intralinks again gives a new one (inferred).
func (c *Client) refuseAbroad(cl call, resp *http.Response) error {
	err := c.refuse(cl, resp)
	if own, ok := errors.AsType[*Error](err); ok {
		own.Class = Transient
	}
	return err
}
