package failovertest

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

// When the server with the ledger dies in the middle of a run, while uploads are on their way, the run goes on with the one that
// takes its place.
func TestARunGoesOnWhenPostgresFailsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 24)
	primary := postgres.New(t)
	database := primary.Database(t)
	standby := primary.Standby(t)
	w.ledger = primary.Either(standby, database)
	w.door.holdFrom(6)
	operator := w.start("only", w.env.Kubeconfig)
	operator.leads()
	w.apply()
	w.Eventually(w.door.heldUploads).Should(Equal(transfers))
	w.door.holdFrom(0)

	primary.Stop(t)
	w.door.letThrough() // the outcomes can't be recorded now
	standby.Promote(t)
	w.finishes()
	w.Expect(w.sync().Status.FailedRuns).To(BeZero(), "the run was not ended by it")
}
