package signin

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// revokeTimeout bounds the revoking of a token that nobody wants.
const revokeTimeout = 5 * time.Second

func keyOf(integration *v1alpha1.IntralinksIntegration) types.NamespacedName {
	return client.ObjectKeyFromObject(integration)
}

func ownerOf(integration *v1alpha1.IntralinksIntegration) tokens.Owner {
	return tokens.OwnerOf(integration)
}

// visit is a person who came back in the browser of a sign-in.
type visit struct {
	*Server
	integration *v1alpha1.IntralinksIntegration
	in          *connect.SignIn
	// key is the state, or that of a confirmation; browser is what the cookie holds.
	key, browser string
}

// callback takes a person back from Intralinks' page.
func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	state := one(values, "state")
	v := s.visitor(w, r, state)
	if v == nil {
		return
	}
	ctx := r.Context()
	verifier, err := s.Desk.Return(ctx, ownerOf(v.integration), state, v.browser)
	switch {
	case errors.Is(err, errUnknown):
		strangeBrowser(w)
		return
	case errors.Is(err, errUsed):
		tell(w, http.StatusGone, noticePage{page: page{Title: "This sign-in is over"}, Text: []string{
			"It has been used already. If it worked, there is nothing left to do; the integration’s status tells."}})
		return
	case errors.Is(err, errLate):
		v.end(ctx, w, cameBackLate())
		return
	case err != nil:
		s.failed(w, keyOf(v.integration), err)
		return
	}
	// V2's documentation calls the code by either name.
	code := cmp.Or(one(values, "code"), one(values, "accesscode"))
	switch {
	case values.Has("error"):
		v.end(ctx, w, cameWithError(one(values, "error"), s.Connector.Callback()))
	case code == "":
		v.end(ctx, w, cameWithoutCode())
	default:
		v.exchange(ctx, w, code, verifier)
	}
}

// visitor finds the sign-in that a browser is bound to; it answers where it is bound to none.
func (s *Server) visitor(w http.ResponseWriter, r *http.Request, key string) *visit {
	browser, name, ok := bound(r, key)
	if !ok || !isSecret(key) {
		strangeBrowser(w)
		return nil
	}
	integration, err := s.find(r.Context(), name)
	switch {
	case err != nil:
		s.failed(w, name, err)
		return nil
	case integration == nil:
		strangeBrowser(w)
		return nil
	}
	return &visit{Server: s, integration: integration, key: key, browser: browser}
}

// exchange turns the code into tokens, and keeps them unless somebody has to be asked.
func (v *visit) exchange(ctx context.Context, w http.ResponseWriter, code, verifier string) {
	var err error
	if v.in, err = v.Connector.SignIn(ctx, v.integration); err != nil {
		v.end(ctx, w, notFinished(err))
		return
	}
	began := v.Clock.Now()
	token, err := v.in.Exchange(ctx, code, verifier)
	if err != nil {
		v.end(ctx, w, notExchanged(err, v.in.Skew(), v.Clock.Now()))
		return
	}
	brought := tokens.NewRecord(token, v.in.Service, began)
	before, err := v.accountBefore(ctx)
	switch {
	case err != nil:
		v.revoke(ctx, brought)
		v.end(ctx, w, notKept(err))
	case before != "" && !strings.EqualFold(before, brought.Account):
		v.ask(ctx, w, before, brought)
	default:
		v.keep(ctx, w, brought)
	}
}

// accountBefore is who signed in last, also where that has ended since.
func (v *visit) accountBefore(ctx context.Context) (string, error) {
	stored, err := v.Tokens.Load(ctx, ownerOf(v.integration))
	if err != nil {
		return "", err
	}
	return cmp.Or(stored.Account, v.integration.Status.Account), nil
}

// keep writes what a sign-in brought over whatever is there, and tells so.
func (v *visit) keep(ctx context.Context, w http.ResponseWriter, brought tokens.Record) {
	old, err := v.write(ctx, brought)
	if err != nil {
		v.revoke(ctx, brought)
		v.end(ctx, w, notKept(err))
		return
	}
	if old.AccessToken != "" && !strings.EqualFold(old.Account, brought.Account) {
		v.revoke(ctx, old)
	}
	if err := v.Desk.Close(ctx, ownerOf(v.integration), v.key, nil); err != nil {
		v.Log.Error(err, "close a sign-in", "integration", keyOf(v.integration).String())
	}
	v.Log.Info("signed in", "integration", keyOf(v.integration).String())
	v.changed(keyOf(v.integration))
	dropCookie(w, v.key)
	tell(w, http.StatusOK, noticePage{
		page:  page{Title: "Signed in", Tone: "well"},
		Text:  []string{"The connection can be used now, and is checked at once. You can close this page."},
		Facts: []fact{{"Connection", keyOf(v.integration).String()}, {"Account", cmp.Or(brought.Account, "not told by Intralinks")}},
	})
}

// write gives what stood there before.
func (v *visit) write(ctx context.Context, brought tokens.Record) (tokens.Record, error) {
	for {
		stored, err := v.Tokens.Load(ctx, ownerOf(v.integration))
		if err != nil {
			return tokens.Record{}, err
		}
		_, err = v.Tokens.Save(ctx, stored, brought)
		if !errors.Is(err, tokens.ErrConflict) {
			return stored.Record, err
		}
	}
}

// end closes a sign-in that came to nothing, and tells why.
func (v *visit) end(ctx context.Context, w http.ResponseWriter, outcome *Outcome) {
	if err := v.Desk.Close(ctx, ownerOf(v.integration), v.key, outcome); err != nil {
		v.Log.Error(err, "close a sign-in", "integration", keyOf(v.integration).String())
	}
	v.Log.Info("sign-in failed", "integration", keyOf(v.integration).String(), "reason", outcome.Reason)
	v.changed(keyOf(v.integration))
	dropCookie(w, v.key)
	tell(w, http.StatusBadRequest, noticePage{
		page: page{Title: "The sign-in did not work"}, Text: []string{sentence(outcome.Message)},
		Facts: []fact{{"Connection", keyOf(v.integration).String()}, {"Reason", outcome.Reason}},
		Help:  v1alpha1.HelpOn(outcome.Reason),
	})
}

// revoke ends a token that nobody wants, if Intralinks does so at once. It goes to nobody but who issued it.
func (v *visit) revoke(ctx context.Context, unwanted tokens.Record) {
	if unwanted.Service != v.in.Service {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	if err := v.in.Revoke(ctx, unwanted.AccessToken); err != nil {
		v.Log.Info("a token could not be revoked", "integration", keyOf(v.integration).String(), "error", err.Error())
	}
}

// strangeBrowser tells nothing of whether there is such a sign-in.
func strangeBrowser(w http.ResponseWriter) {
	tell(w, http.StatusForbidden, noticePage{page: page{Title: "This browser didn’t begin that sign-in"}, Text: []string{
		"A sign-in ends in the browser that it began in, and within an hour. Nothing has been changed.",
		"Open the link from the integration’s status again, in a browser that keeps cookies."}})
}

// sentence begins with a capital and ends with a full stop.
func sentence(message string) string {
	if message == "" {
		return ""
	}
	return strings.ToUpper(message[:1]) + strings.TrimSuffix(message[1:], ".") + "."
}
