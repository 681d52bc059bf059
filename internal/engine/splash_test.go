package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

const (
	firstText  = "<p>Keep it <b>quiet</b>.</p>"
	secondText = "<p>Keep it quiet, and pay for it.</p>"
)

func textHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func accepting(job engine.Job, hash string) engine.Job {
	job.Source.AcceptSplash, job.Source.SplashTextHash = true, hash
	return job
}

// asks changes the splash and ends all sessions, so that it has to be accepted again.
func (w *world) asks(text string) {
	w.t.Helper()
	w.source.EditExchange(project, func(e *intralinkssim.Exchange) { e.SplashText = text })
	w.source.RevokeTokens()
}

func (w *world) acceptances() (n int) {
	for _, e := range w.source.Control().Requests() {
		if e.Method == http.MethodPost && strings.HasSuffix(e.Path, "/splash") {
			n++
		}
	}
	return n
}

func TestOnlyTheTextThatWasAcceptedIsAcceptedAgain(t *testing.T) {
	w := newWorldOf(t, intralinkssim.Exchange{ID: project, Name: "Project Heron", Room: dataroom.New(1), Splash: true, SplashText: firstText})
	w.add("/lease.pdf", "lease")
	first := w.run(accepting(w.job("/"), ""))
	if first.Splash.TextHash != textHash(firstText) || first.Splash.At.IsZero() {
		t.Fatalf("accepted %+v", first.Splash)
	}
	again := w.run(accepting(w.job("/"), textHash(firstText)))
	if again.Splash != first.Splash || w.acceptances() != 1 {
		t.Errorf("%d acceptances, the last %+v, for one session", w.acceptances(), again.Splash)
	}
	w.source.RevokeTokens()
	if again = w.run(accepting(w.job("/"), textHash(firstText))); again.Splash.TextHash != textHash(firstText) || w.acceptances() != 2 {
		t.Errorf("%d acceptances, the last %+v, for two sessions", w.acceptances(), again.Splash)
	}

	w.asks(secondText)
	w.add("/loan.pdf", "loan")
	failure := w.fail(accepting(w.job("/"), textHash(firstText)), "SplashNotAccepted")
	if w.acceptances() != 2 {
		t.Error("a text was accepted that nobody has consented to")
	}
	for _, part := range []string{"is " + textHash(secondText) + ", and was " + textHash(firstText), "acceptedTextHash to " + textHash(secondText), "read it"} {
		if !strings.Contains(failure.Message, part) {
			t.Errorf("the message should tell %q: %s", part, failure.Message)
		}
	}
	if !failure.Stalled {
		t.Error("no retry mends it")
	}
	w.stands(map[string]string{"/Deal/lease.pdf": "lease"})

	if got := w.run(accepting(w.job("/"), textHash(secondText))); got.Splash.TextHash != textHash(secondText) {
		t.Errorf("accepted %+v", got.Splash)
	}
	w.stands(map[string]string{"/Deal/lease.pdf": "lease", "/Deal/loan.pdf": "loan"})
}

func TestWhoHasNotConsentedIsToldWhichTextItIs(t *testing.T) {
	w := newWorldOf(t, intralinkssim.Exchange{ID: project, Name: "Project Heron", Room: dataroom.New(1), Splash: true, SplashText: firstText})
	failure := w.fail(w.job("/"), "SplashNotAccepted")
	if !strings.Contains(failure.Message, "acceptedTextHash to "+textHash(firstText)) {
		t.Error(failure.Message)
	}
	job := w.job("/")
	job.Source.SplashTextHash = textHash(firstText)
	if failure = w.fail(job, "SplashNotAccepted"); !strings.Contains(failure.Message, "splash.accept to true") {
		t.Error(failure.Message)
	}
	if w.acceptances() != 0 {
		t.Error("a hash alone is no consent")
	}
}

func TestAnExchangeWithoutASplashHasNothingAccepted(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	for _, absent := range []string{"missing", "notRequired", "error"} {
		w.set(w.source, "splashAbsent", absent)
		w.source.RevokeTokens()
		for _, hash := range []string{"", textHash(firstText)} {
			if got := w.run(accepting(w.job("/"), hash)).Splash; got.TextHash != "" {
				t.Errorf("%s: accepted %+v", absent, got)
			}
		}
	}
}
