package signin

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"dataroom.dev/intralinks-operator/internal/tokens"
	"dataroom.dev/intralinks-operator/internal/webpage"
)

// ask has the person confirm that another account is to be used from now on.
func (v *visit) ask(ctx context.Context, w http.ResponseWriter, before string, brought tokens.Record) {
	key, browser, err := v.Desk.Ask(ctx, ownerOf(v.integration), v.key, v.browser, brought)
	if err != nil {
		v.revoke(ctx, brought)
		v.end(ctx, w, notKept(err))
		return
	}
	v.changed(keyOf(v.integration))
	dropCookie(w, v.key)
	setCookie(w, key, browser, keyOf(v.integration))
	webpage.Show(w, http.StatusOK, confirmTemplate, confirmPage{
		page: page{Title: "Change the Intralinks account?"}, Integration: keyOf(v.integration).String(),
		Account: before, NewAccount: cmp.Or(brought.Account, "an account that Intralinks doesn’t name"), Key: key,
	})
}

// confirm takes the answer. Whatever isn't a yes keeps the account as it was, and revokes the new token.
func (s *Server) confirm(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	v := s.visitor(w, r, one(r.PostForm, "key"))
	if v == nil {
		return
	}
	ctx := r.Context()
	var err error
	if v.in, err = s.Connector.SignIn(ctx, v.integration); err != nil {
		s.notPossible(w, keyOf(v.integration), err)
		return
	}
	brought, err := s.Desk.Answer(ctx, ownerOf(v.integration), v.key, v.browser)
	switch {
	case errors.Is(err, errUnknown):
		strangeBrowser(w)
	case errors.Is(err, errUsed), errors.Is(err, errLate):
		tell(w, http.StatusGone, noticePage{page: page{Title: "This question is over"}, Text: []string{
			"It has been answered, or ten minutes have passed. The integration’s status tells which account is used."}})
	case err != nil:
		s.failed(w, keyOf(v.integration), err)
	case one(r.PostForm, "decision") != "change":
		v.decline(ctx, w, *brought)
	case brought.Service != v.in.Service:
		v.end(ctx, w, notFinished(errors.New("the integration leads to other hosts by now")))
	default:
		v.keep(ctx, w, *brought)
	}
}

func (v *visit) decline(ctx context.Context, w http.ResponseWriter, brought tokens.Record) {
	v.revoke(ctx, brought)
	if err := v.Desk.Close(ctx, ownerOf(v.integration), v.key, accountKept()); err != nil {
		v.Log.Error(err, "close a sign-in", "integration", keyOf(v.integration).String())
	}
	v.changed(keyOf(v.integration))
	dropCookie(w, v.key)
	tell(w, http.StatusOK, noticePage{
		page: page{Title: "The account stays as it was", Tone: "well"}, Text: []string{"The permission that you have just given is revoked. You can close this page."},
		Facts: []fact{{"Connection", keyOf(v.integration).String()}},
	})
}
