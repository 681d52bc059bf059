package controllers

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func TestAMessageEndsWithALinkToItsReason(t *testing.T) {
	g := NewWithT(t)
	var list []metav1.Condition
	c := conditions{&list, 1}
	link := func(anchor string) string { return " (" + v1alpha1.Help + "#" + anchor + ")" }

	c.set(v1alpha1.ReadyCondition, metav1.ConditionFalse, v1alpha1.SecretNotFoundReason, "there is no Secret")
	g.Expect(c.ready().Message).To(Equal("there is no Secret" + link("secretnotfound")))

	c.set(v1alpha1.ReadyCondition, metav1.ConditionFalse, v1alpha1.IntegrationNotReadyReason, "it says: "+c.ready().Message+"; it goes on")
	g.Expect(c.ready().Message).To(Equal("it says: there is no Secret; it goes on"+link("integrationnotready")), "one link is enough")

	c.set(v1alpha1.ReadyCondition, metav1.ConditionFalse, v1alpha1.SyncFailedReason, strings.Repeat("x", 5000))
	g.Expect(c.ready().Message).To(And(HaveLen(2000), HaveSuffix("x..."+link("syncfailed"))))

	c.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.ConnectedReason, "well")
	g.Expect(c.ready().Message).To(Equal("well"))
	c.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SignInExpiringReason, "soon")
	g.Expect(c.ready().Message).To(Equal("soon" + link("signinexpiring")))
}
