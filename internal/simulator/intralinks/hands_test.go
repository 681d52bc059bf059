package intralinks_test

import (
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// TestManyHands does at once what people and clients may do at once: it is for the
// race detector, and for locks that would wait for each other.
func TestManyHands(t *testing.T) {
	s, id := withLease(t, "agreed")
	s.set("sessions", "single", "role", "reviewer", "quota", "1000000")
	closing, _ := s.Room(merlin)
	var hands errgroup.Group
	for hand := range 4 {
		hands.Go(func() error {
			for round := range 15 {
				if a := s.file(id); a.status != 200 || len(a.body) < 6 {
					return fmt.Errorf("download: %d %s", a.status, a.body)
				}
				if a := s.get(exchange(plain, "/documents")); a.status != 200 || len(a.rows("document")) == 0 {
					return fmt.Errorf("list: %d %s", a.status, a.body)
				}
				s.form(password("endOtherSessions", "True"))
				s.signIn()
				made := s.AddExchange(intralinks.Exchange{Name: "Another"})
				s.EditExchange(made.ID, func(e *intralinks.Exchange) { e.Closed = true })
				if err := s.room.NewVersion(id, dataroom.Bytes(fmt.Sprintf("version %d of hand %d", round, hand))); err != nil {
					return err
				}
				s.Advance(time.Millisecond)
				if err := s.Control().Set("pageSize", fmt.Sprint(10+round)); err != nil {
					return err
				}
				s.Stats()
			}
			return nil
		})
	}
	// Closing an exchange meets people who still work in it.
	hands.Go(func() error {
		for range 1000 {
			s.EditExchange(merlin, func(e *intralinks.Exchange) { e.Closed = !e.Closed })
		}
		return nil
	})
	hands.Go(func() error {
		for range 1000 {
			if _, err := closing.AddDocument(0, "Late", ".pdf", nil); err != nil {
				return err
			}
		}
		return nil
	})
	s.g.Expect(hands.Wait()).To(Succeed())
	s.g.Expect(s.row(id)["versionNumber"]).To(Equal(61.0))
	s.g.Expect(s.Exchanges()).To(HaveLen(62))
}
