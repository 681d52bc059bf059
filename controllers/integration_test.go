package controllers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

func TestAnIntegrationBecomesReadyWithTheExchangesThatItsAccountSees(t *testing.T) {
	w := newWorld(t, func(s *setup) {
		s.exchanges = append(s.exchanges,
			intralinkssim.Exchange{ID: 7100005, Name: "Project Auk", Host: "Sample & Partners", Phase: "PREPARATION"},
			intralinkssim.Exchange{ID: 7100045, Name: "Project Ibis", Inaccessible: true})
	})
	w.createSecrets()
	w.createIntegration()

	i := w.connects("True", v1alpha1.ConnectedReason)
	w.Expect(i.Status.Exchanges).To(Equal([]v1alpha1.ExchangeSummary{
		{ID: 7100005, Name: "Project Auk", Host: "Sample & Partners", Phase: "PREPARATION"},
		{ID: heron, Name: "Project Heron", Host: "Example LLP", Phase: "OPEN"},
	}))
	w.Expect(i.Status.ExchangeCount).To(Equal(int32(2)))
	w.Expect(i.Status.Luminance.ServiceUser).To(HaveValue(HaveField("ID", int64(luminancesim.ServiceUserID))))
	w.Expect(i.Status.Luminance.ServiceUser.Name).NotTo(BeEmpty())
	w.Expect(i.Status.RequestBudget).To(HaveValue(HaveField("Limit", int32(1_000_000))))
	w.eventually(func(g Gomega) {
		g.Expect(w.integration().Status.RequestBudget.Used).To(Equal(int32(2)), "a token, and who the service user is")
	})
	w.Expect(isTrue(i.Status.Conditions, v1alpha1.AuthorizedCondition)).To(BeTrue())
	w.Expect(isTrue(i.Status.Conditions, v1alpha1.LuminanceReachableCondition)).To(BeTrue())
}

func TestACheckThatIsDueLearnsWhichProductRunsThereAndShowsNoWork(t *testing.T) {
	w := newWorld(t)
	w.createSecrets()
	w.createIntegration()
	first := w.connects("True", v1alpha1.ConnectedReason)
	w.Expect(first.Status.Luminance.Product).To(BeEmpty())
	seen := len(w.witness.of("IntralinksIntegration", production))

	w.checkIsDue()
	w.eventually(func(g Gomega) { g.Expect(w.integration().Status.Luminance.Product).To(Equal("corporate")) })
	w.Expect(w.integration().Status.Luminance.Version).NotTo(BeEmpty())
	w.Expect(requests(w.source, "", signIn)).To(Equal(1), "the token is kept")
	w.witness.catchUp()
	for _, version := range w.witness.of("IntralinksIntegration", production)[seen:] {
		s, err := decode(version)
		w.must(err)
		w.Expect(s.condition(v1alpha1.ReadyCondition)).To(Equal(readyOf(first.Status.Conditions)))
		w.Expect(s.is(v1alpha1.ReconcilingCondition)).To(BeFalse())
	}
}

func TestACheckIsMadeWhenSomebodyAsks(t *testing.T) {
	w := newWorld(t)
	w.createSecrets()
	w.createIntegration()
	w.connects("True", v1alpha1.ConnectedReason)
	w.forgetRequests()

	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { request(i, "now") })
	w.eventually(func(g Gomega) { g.Expect(w.integration().Status.LastHandledReconcileAt).To(Equal("now")) })
	w.Expect(requests(w.source, "", exchangeList)).To(Equal(1))
	w.Expect(requests(w.target, "", anyPath)).To(Equal(1))
}

func TestARestartAsksNobodyAnythingThatIsNotDue(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll()
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.forgetRequests()

	w.restart()
	w.looksAround()
	w.Expect(w.source.Control().Requests()).To(BeEmpty())
	w.Expect(w.target.Control().Requests()).To(BeEmpty())
}

// TestWhoTheServiceUserIsIsAskedAnewWithOtherCredentials, also when somebody has asked for a check in the same moment.
func TestWhoTheServiceUserIsIsAskedAnewWithOtherCredentials(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.secretPoll = patience })
	w.createSecrets()
	w.createIntegration()
	w.connects("True", v1alpha1.ConnectedReason)
	w.forgetRequests()

	w.updateSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret, "note", "of another user")
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { request(i, "now") })
	w.eventually(func(g Gomega) { g.Expect(w.integration().Status.LastHandledReconcileAt).To(Equal("now")) })
	w.Expect(requests(w.target, http.MethodGet, luminanceUser)).To(Equal(1))
}

// TestWhatNoRetryMendsIsSaidFirst: one side is out of reach for a while, the other refuses for good.
func TestWhatNoRetryMendsIsSaidFirst(t *testing.T) {
	w := newWorld(t)
	w.breaks(w.source, faultOn("html", exchangeList))
	w.createSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", "hush-wrong-1679091c")
	w.createIntegration()
	i := w.connects("False", v1alpha1.InvalidCredentialsReason)
	w.Expect(isTrue(i.Status.Conditions, v1alpha1.StalledCondition)).To(BeTrue())
	w.Expect(i.Status.Conditions).To(ContainElement(And(
		HaveField("Type", v1alpha1.AuthorizedCondition), HaveField("Status", metav1.ConditionFalse), HaveField("Reason", v1alpha1.IntralinksUnreachableReason))))
}

// TestTheBudgetsFiguresFollowARun although nothing else would have brought the integration back within the hour.
func TestTheBudgetsFiguresFollowARun(t *testing.T) {
	w, s := synced(t, func(s *setup) { s.secretPoll = time.Hour })
	w.eventually(func(g Gomega) {
		g.Expect(w.integration().Status.RequestBudget.Used).To(Equal(int32(2 + s.Status.LastSync.Requests)))
	})
}

// TestTheBudgetsFiguresAreWrittenNowAndThen: each write of them brings another look, which finds other figures while a run
// spends.
func TestTheBudgetsFiguresAreWrittenNowAndThen(t *testing.T) {
	w := newWorld(t)
	w.createSecrets()
	w.createIntegration()
	w.connects("True", v1alpha1.ConnectedReason)
	for i := range 300 {
		w.add(fmt.Sprintf("/Contracts/Heronmany%03d.txt", i), "one of many")
	}
	w.witness.catchUp()
	seen, began := len(w.witness.of("IntralinksIntegration", production)), time.Now()
	w.createSync(contracts)
	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.eventually(func(g Gomega) {
		g.Expect(w.integration().Status.RequestBudget.Used).To(Equal(int32(2 + s.Status.LastSync.Requests)))
	})
	w.witness.catchUp()
	atMost := 2 + int(time.Since(began)/(500*time.Millisecond)) // one at once, and one at the end
	w.Expect(len(w.witness.of("IntralinksIntegration", production)) - seen).To(BeNumerically("<=", atMost))
}
