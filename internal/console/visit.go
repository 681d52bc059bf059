package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"dataroom.dev/intralinks-operator/internal/guard"
	"dataroom.dev/intralinks-operator/internal/refusal"
)

// visit is one request of somebody who is signed in.
type visit struct {
	w   http.ResponseWriter
	r   *http.Request
	who *session
}

// step answers a visit, or says why it can't.
type step func(*visit) error

var (
	errNoPage = errors.New("there is no such page")
	errForm   = errors.New("this form is not of a page of this session")
)

// cookieName of the cookie that names the session.
const cookieName = "intralinks-console"

// asPerson finds out whose request it is, and has it answered.
func (c *Console) asPerson(next step) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := c.identify(r)
		if err != nil {
			c.fail(w, r, nil, err)
			return
		}
		if who == nil {
			toSignIn(w, r, "")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), visitTimeout)
		defer cancel()
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout)) // not every connection has one
		v := &visit{w: w, r: r.WithContext(ctx), who: who}
		if r.Method == http.MethodPost {
			err = v.readForm()
		}
		if err == nil {
			err = next(v)
		}
		if err != nil {
			c.fail(w, r, v, err)
		}
	})
}

// identify gives the session of a request; nil where nobody is signed in. A bearer token, which a proxy may add to each
// request, goes before the cookie; the cluster says whose it is, as it does of one that is pasted.
func (c *Console) identify(r *http.Request) (*session, error) {
	if token := guard.TokenOf(r); token != "" {
		under := digestOf("bearer " + token)
		if known := c.sessions.find(under); known != nil {
			return known, nil
		}
		p, err := c.meetInTurn(r, token)
		if err != nil {
			return nil, err
		}
		kept := c.sessions.keep(under, p)
		kept.proxied = true
		return kept, nil
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // nobody is signed in, which is no failure
	}
	return c.sessions.find(digestOf(cookie.Value)), nil
}

// meetInTurn is meet, for no more than a few at once.
func (c *Console) meetInTurn(r *http.Request, token string) (*person, error) {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
		return c.meet(r.Context(), token)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// readForm reads a form, which has to be of a page of this session.
func (v *visit) readForm() error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		return errForm
	}
	if !v.who.ownForm(v.r.PostForm.Get("form")) {
		return errForm
	}
	return nil
}

// goTo leads to another page after a form.
func (v *visit) goTo(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// toSignIn leads to the page to sign in on, and from there back.
func toSignIn(w http.ResponseWriter, r *http.Request, why string) {
	query := url.Values{}
	if r.Method == http.MethodGet && r.URL.Path != Path {
		query.Set("next", r.URL.RequestURI())
	}
	if why != "" {
		query.Set("why", why)
	}
	to := Path + "sign-in"
	if len(query) > 0 {
		to += "?" + query.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// fail answers for what went wrong. Whoever isn't known to the cluster any more signs in again.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	switch {
	case errors.Is(err, errToken), apierrors.IsUnauthorized(err):
		if v != nil {
			c.sessions.end(v.who)
		}
		if v == nil || v.who.proxied { // to sign in here would help nobody
			c.tell(w, v, http.StatusUnauthorized, "The cluster doesn’t know this token", "It may be over. Sign in again where you come from.")
			return
		}
		toSignIn(w, r, "over")
	case errors.Is(err, errForm):
		c.tell(w, v, http.StatusForbidden, "This form can’t be used any more", "You have signed in anew since it was opened, or another page has sent it. Go back, load the page again, and repeat it there.")
	case errors.Is(err, errNoPage):
		c.tell(w, v, http.StatusNotFound, "There is no such page", "The address may be old. Syncs and Integrations are above.")
	case apierrors.IsNotFound(err):
		c.tell(w, v, http.StatusNotFound, "It isn’t there", "It was deleted, or the name in the address is wrong.")
	case apierrors.IsForbidden(err):
		c.tell(w, v, http.StatusForbidden, "Your account may not do that", sentence(refusal.Message(err)))
	case r.Context().Err() != nil: // they have gone
	default:
		c.failLive(w, v, err)
	}
}
