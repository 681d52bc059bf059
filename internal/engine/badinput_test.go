package engine_test

import (
	"net/http"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func v2(w *world) *bearer.Source {
	return bearer.NewSource(intralinks.ClientCredentialsV2(w.sourceURL, intralinkssim.DefaultAPIKey, intralinkssim.DefaultAPISecret,
		intralinkssim.DefaultEmail, intralinkssim.DefaultPassword, false, &http.Client{}))
}

// TestBadInput holds each mistake of a user to a reason and to a message that says what to do.
func TestBadInput(t *testing.T) {
	exchanges := func() []intralinkssim.Exchange {
		room := dataroom.New(1)
		return []intralinkssim.Exchange{
			{ID: project, Name: "Project Heron", Room: room},
			{ID: 2, Name: "Twin", Room: dataroom.New(2)},
			{ID: 3, Name: "Twin", Room: dataroom.New(3)},
			{ID: 4, Name: "Shy", Splash: true, Room: dataroom.New(4)},
			{ID: 5, Name: "Guarded", SecurityLevel: 6, Room: dataroom.New(5)},
			{ID: 6, Name: "Closed", Restricted: "Ask the gatekeeper, Ada Stone, for access", Room: dataroom.New(6)},
		}
	}
	for _, c := range []struct {
		name    string
		change  func(w *world, job *engine.Job)
		reason  string
		message []string
		stalled bool
	}{
		{
			name:   "an exchange name that matches none",
			change: func(_ *world, job *engine.Job) { job.Source = engine.Source{ExchangeName: "Project Crow", Folder: "/"} },
			reason: "ExchangeNotFound", message: []string{`"Project Crow"`, "status.exchanges"},
		},
		{
			name:   "an exchange name that matches two",
			change: func(_ *world, job *engine.Job) { job.Source = engine.Source{ExchangeName: "Twin", Folder: "/"} },
			reason: "ExchangeAmbiguous", message: []string{"2, 3", "source.exchange.id"}, stalled: true,
		},
		{
			name:   "an exchange id that there is not",
			change: func(_ *world, job *engine.Job) { job.Source.ExchangeID = 99 },
			reason: "ExchangeNotFound", message: []string{"does not exist", "ask for access"},
		},
		{
			name:   "a folder that does not exist lists what does, one level up",
			change: func(_ *world, job *engine.Job) { job.Source.Folder = "/Contracts/Lease" },
			reason: "FolderNotFound", message: []string{"/Contracts/Lease", `/Contracts holds "Leases", "Supply"`},
		},
		{
			name: "a Division that does not exist",
			change: func(_ *world, job *engine.Job) {
				job.Destination.Division = luminance.DivisionRef{Name: "Corporat"}
			},
			reason: "DivisionNotFound", message: []string{`"Corporat"`, "role"},
		},
		{
			name: "a Division name that matches two",
			change: func(_ *world, job *engine.Job) {
				job.Destination.Division = luminance.DivisionRef{Name: "Twin"}
			},
			reason: "DivisionAmbiguous", message: []string{"destination.division.id", "moniker"}, stalled: true,
		},
		{
			name:   "a splash that nobody accepted",
			change: func(_ *world, job *engine.Job) { job.Source.ExchangeID = 4; job.Source.Folder = "/" },
			reason: "SplashNotAccepted", message: []string{"spec.source.splash.accept"}, stalled: true,
		},
		{
			name:   "an entry step that only a person can do",
			change: func(_ *world, job *engine.Job) { job.Source.ExchangeID = 5; job.Source.Folder = "/" },
			reason: "ExchangeEntryBlocked", message: []string{"ONE_TIME_PASSWORD"},
		},
		{
			name:   "an exchange that keeps the account out",
			change: func(_ *world, job *engine.Job) { job.Source.ExchangeID = 6; job.Source.Folder = "/" },
			reason: "ExchangeAccessRestricted", message: []string{"Ada Stone"},
		},
		{
			name:   "a service user without a role",
			change: func(w *world, _ *engine.Job) { w.set(w.target, "role", "read") },
			reason: "LuminanceForbidden", message: []string{"role"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorldOf(t, exchanges()...)
			w.add("/Contracts/Leases/lease.pdf", "lease")
			w.add("/Contracts/Supply/supply.pdf", "supply")
			job := w.job("/Contracts")
			c.change(w, &job)
			failure := w.fail(job, c.reason)
			for _, part := range c.message {
				if !strings.Contains(failure.Message, part) {
					t.Errorf("the message should tell %q: %s", part, failure.Message)
				}
			}
			if failure.Stalled != c.stalled {
				t.Errorf("stalled: %v", failure.Stalled)
			}
			if len(w.standing()) != 0 {
				t.Error("something was written")
			}
		})
	}
}
