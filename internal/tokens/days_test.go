package tokens_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// TestFortyDays of two replicas that take turns, with restarts, and with answers and writes that get lost, at random
// moments. No refresh token is ever sent after it was replaced; and nobody has to sign in again but where a renewal
// broke off whose outcome nobody can know.
func TestFortyDays(t *testing.T) {
	for _, tt := range []struct{ version, rotation, expiry string }{
		{intralinks.V2, "rotates", "renewed"},
		{intralinks.V3, "rotates", "renewed"},
		{intralinks.V2, "same", "renewed"},
		{intralinks.V2, "absent", "fixed"},
	} {
		t.Run(tt.version+" "+tt.rotation, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, tt.version, "refreshGrant", "on", "refreshRotation", tt.rotation, "refreshExpiry", tt.expiry, "refreshReuse", "revokes")
			f := &fortyDays{desk: d, random: rand.New(rand.NewPCG(4, 20)), rotates: tt.rotation == "rotates"} //nolint:gosec // the same days each time
			f.begin()
			for end := d.clock.Now().Add(40 * 24 * time.Hour); d.clock.Now().Before(end); {
				f.hour()
			}
			d.Expect(d.service.Stats().RefreshTokensReused).To(BeZero(), "a replaced refresh token was sent again")
			d.Expect(f.renewals).To(BeNumerically(">", 500))
			t.Logf("%d renewals, %d signed in anew, of which %d at the end of the refresh token", f.renewals, f.anew, f.ended)
			if tt.rotation == "rotates" {
				d.Expect(f.anew).To(BeNumerically(">", 10), "or the troubles did not strike")
			} else {
				d.Expect(f.anew).To(Equal(f.ended), "a token that stays is lost by no trouble")
			}
			if tt.expiry == "fixed" {
				d.Expect(f.ended).To(Equal(1), "30 days")
			}
		})
	}
}

type fortyDays struct {
	*desk
	random    *rand.Rand
	processes [2]*tokens.Keeper
	rotates   bool
	// doubtful: since the last sign-in a renewal broke off whose outcome is open.
	doubtful              bool
	renewals, anew, ended int
}

func (f *fortyDays) begin() {
	f.signIn()
	f.doubtful = false
	f.processes = [2]*tokens.Keeper{f.process(), f.process()}
	if f.rotates {
		return
	}
	// The service shows once what it does.
	f.clock.step(50 * time.Minute)
	_, err := f.processes[0].Token(f.t.Context())
	f.Expect(err).NotTo(HaveOccurred())
}

// hour is a while, perhaps trouble, and one of the processes that needs a token.
func (f *fortyDays) hour() {
	f.clock.step(time.Duration(20+f.random.IntN(45)) * time.Minute)
	i := f.random.IntN(2)
	died := f.trouble()
	before := f.service.Stats().TokensIssued
	life, end := context.WithCancel(f.t.Context())
	defer end()
	f.writer.died = end
	token, err := f.processes[i].Token(life)
	f.renewals += f.service.Stats().TokensIssued - before
	f.service.Control().ClearFaults()
	f.line.down.Store(false)
	f.writer.cut(0, 0)
	if died {
		f.processes[i] = f.process()
		return
	}
	if err == nil && !f.accepts(token) {
		// The last renewal broke off, and has ended the access token that seemed good. Whoever uses it asks again.
		f.Expect(f.doubtful).To(BeTrue(), "a token that was not accepted")
		_, err = f.processes[i].Token(f.t.Context())
		f.Expect(required(err)).To(Equal(tokens.OutcomeUnknown))
	}
	switch loss := required(err); {
	case err == nil:
	case loss == tokens.OutcomeUnknown:
		f.Expect(f.doubtful).To(BeTrue(), "nothing broke off")
		f.anew++
		f.begin()
	case loss == tokens.Refused:
		f.ended++
		f.anew++
		f.begin()
	default: // no connection, or an answer that said so
		_, err := f.processes[i].Token(f.t.Context())
		f.Expect(err).NotTo(HaveOccurred(), "the next try has no trouble")
	}
}

// trouble prepares what may go wrong, and tells whether the process dies of it.
func (f *fortyDays) trouble() (dies bool) {
	switch f.random.IntN(12) {
	case 0:
		f.line.down.Store(true)
	case 1:
		f.faulty("throttle")
	case 2:
		f.faulty("truncate")
		f.doubtful = true
	case 3:
		f.faulty("drop")
		f.doubtful = true
	case 4: // dies before the mark
		f.writer.cut(0, -1)
		return true
	case 5: // dies with the mark, before or after the answer
		f.writer.cut(1, -1)
		f.doubtful = true
		return true
	case 6: // the API server is away for a few seconds
		f.writer.cut(1, 4)
	case 7: // a restart at rest
		f.processes[f.random.IntN(2)] = f.process()
	}
	return false
}
