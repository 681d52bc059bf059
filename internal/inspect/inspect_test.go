package inspect_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/inspect"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// office is an Inspector over a real API server and a real ledger. Neither service is there.
type office struct {
	*WithT
	t         *testing.T
	env       *testenv.Env
	inspector *inspect.Inspector
	ledger    *ledger.Ledger
	name      types.NamespacedName
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{WithT: NewWithT(t), t: t, env: testenv.Start(t)}
	var err error
	o.ledger, err = ledger.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "ledger.db"))
	o.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { o.Expect(o.ledger.Close()).To(Succeed()) })
	o.name = types.NamespacedName{Namespace: o.env.Namespace(t), Name: "heron"}
	o.inspector = &inspect.Inspector{
		Objects: o.env.Client, Ledger: o.ledger, Clock: clock.RealClock{}, Connector: &connect.Connector{Reader: o.env.Client},
		Namespaces: []string{o.name.Namespace},
	}
	return o
}

// sync creates a FolderSync that has found both its ends.
func (o *office) sync() *ledger.Pair {
	o.t.Helper()
	sync := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: o.name.Namespace, Name: o.name.Name}}
	sync.Spec.IntegrationRef.Name = "production"
	sync.Spec.Source = v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: "/Contracts"}
	sync.Spec.Destination = v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/Deal"}
	o.Expect(o.env.Client.Create(o.t.Context(), sync)).To(Succeed())
	_, err := o.inspector.Register(o.t.Context(), o.name)
	o.Expect(err).To(MatchError(ContainSubstring(findings.NotReadyReason)), "it has found neither yet")
	before := sync.DeepCopy()
	sync.Status.Exchange = &v1alpha1.ResolvedReference{ID: 7100015, Name: "Project Heron", Service: "api.example.com"}
	sync.Status.Division = &v1alpha1.ResolvedReference{ID: 11, Name: "Corporate", Service: "acme.example.com"}
	o.Expect(o.env.Client.Status().Patch(o.t.Context(), sync, client.MergeFrom(before))).To(Succeed())
	pair, err := o.ledger.Pair(o.t.Context(), ledger.Ends{ExchangeID: 7100015, Instance: "acme.example.com", DivisionID: 11, Folder: "/Deal"})
	o.Expect(err).NotTo(HaveOccurred())
	return pair
}

// carried books documents 1 to n.
func (o *office) carried(pair *ledger.Pair, n int64) {
	o.t.Helper()
	adopted := make([]ledger.Adopted, 0, n)
	for id := int64(1); id <= n; id++ {
		adopted = append(adopted, ledger.Adopted{DocumentID: id, Folder: "2024", Name: fmt.Sprintf("Lease %04d.pdf", id), Standing: ledger.Standing{
			Hash: "qvTGHdzF6KLavt4PO0gs2a6pQ00=", Size: 5, Version: 1, LuminanceID: 1000 + id, UploadedAt: time.Unix(1_700_000_000, 0), CarriedPath: "Contracts/2024/x",
		}})
	}
	o.Expect(pair.Adopt(o.t.Context(), adopted)).To(Succeed())
}

func TestTheRegisterIsReadByPages(t *testing.T) {
	o := newOffice(t)
	pair := o.sync()
	o.carried(pair, 1700)
	o.Expect(pair.Begin(t.Context(), 9000, ledger.Intent{Name: "under way", At: time.Unix(1, 0)})).To(Succeed())

	var ids []int64
	q := findings.Query{Limit: 700}
	for pages := 1; ; pages++ {
		page, err := o.inspector.Documents(t.Context(), o.name, q)
		o.Expect(err).NotTo(HaveOccurred())
		o.Expect(page.Total).To(BeEquivalentTo(1700), "what is under way is not carried")
		for _, d := range page.Items {
			ids = append(ids, d.ID)
		}
		if q.After = page.Next; q.After == "" {
			o.Expect(pages).To(Equal(3))
			break
		}
	}
	o.Expect(ids).To(HaveLen(1700))
	for k, id := range ids {
		o.Expect(id).To(BeEquivalentTo(k + 1))
	}

	page, err := o.inspector.Documents(t.Context(), o.name, findings.Query{Search: "LEASE 16"})
	o.Expect(err).NotTo(HaveOccurred())
	o.Expect(page.Items).To(HaveLen(100))
	o.Expect(page.Next).To(BeEmpty())
	o.Expect(page.Items[0]).To(Equal(findings.Document{
		ID: 1600, Path: "/Contracts/2024/x", CarriedPath: "/Contracts/2024/x", Version: 1, SHA1: "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", Bytes: 5,
		LuminanceID: 2600, Folder: "/Deal/2024", Name: "Lease 1600.pdf", UploadedAt: time.Unix(1_700_000_000, 0),
	}))
	_, err = o.inspector.Documents(t.Context(), o.name, findings.Query{After: "x"})
	o.Expect(err).To(MatchError(ContainSubstring("after is not the next")))
}

// TestReadingTheRegisterKeepsNobodyFromWriting: a reader may take their time.
func TestReadingTheRegisterKeepsNobodyFromWriting(t *testing.T) {
	o := newOffice(t)
	pair := o.sync()
	o.carried(pair, 1200)
	n := 0
	for _, err := range o.inspector.EachDocument(t.Context(), o.name, "") {
		o.Expect(err).NotTo(HaveOccurred())
		if n++; n%100 == 0 {
			o.Expect(pair.Begin(t.Context(), int64(n), ledger.Intent{Name: "new version", At: time.Unix(1, 0)})).To(Succeed())
		}
	}
	o.Expect(n).To(Equal(1200))
}

// TestNothingIsAskedOfAConnectionThatIsInDoubt: who looks on must not bring an account nearer to being locked.
func TestNothingIsAskedOfAConnectionThatIsInDoubt(t *testing.T) {
	o := newOffice(t)
	name := types.NamespacedName{Namespace: o.name.Namespace, Name: "production"}
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: name.Namespace, Name: name.Name}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{Grant: v1alpha1.ClientCredentialsGrant, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks"}}
	i.Spec.Luminance = v1alpha1.LuminanceConnection{BaseURL: "https://acme.app.luminance.com", CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"}}
	o.Expect(o.env.Client.Create(t.Context(), i)).To(Succeed())
	ask := func() error {
		_, err := o.inspector.Exchanges(t.Context(), name)
		return err
	}
	o.Expect(ask()).To(MatchError(ContainSubstring(findings.NotReadyReason)))

	before := i.DeepCopy()
	meta.SetStatusCondition(&i.Status.Conditions, metav1.Condition{
		Type: v1alpha1.AuthorizedCondition, Status: metav1.ConditionFalse, Reason: v1alpha1.InvalidCredentialsReason, Message: "correct the Secret",
	})
	o.Expect(o.env.Client.Status().Patch(t.Context(), i, client.MergeFrom(before))).To(Succeed())
	o.Expect(ask()).To(MatchError("InvalidCredentials: correct the Secret"))

	before = i.DeepCopy()
	meta.SetStatusCondition(&i.Status.Conditions, metav1.Condition{Type: v1alpha1.AuthorizedCondition, Status: metav1.ConditionTrue, Reason: v1alpha1.ConnectedReason})
	o.Expect(o.env.Client.Status().Patch(t.Context(), i, client.MergeFrom(before))).To(Succeed())
	o.Expect(ask()).To(MatchError(ContainSubstring(v1alpha1.SecretNotFoundReason)), "then the connection itself is looked at")
}

func TestWhatTheOperatorDoesNotLookAfterIsNotThere(t *testing.T) {
	o := newOffice(t)
	o.sync()
	o.inspector.Namespaces = []string{"another"}
	_, err := o.inspector.Register(t.Context(), o.name)
	o.Expect(err).To(MatchError(ContainSubstring(findings.NotFoundReason)))
}
