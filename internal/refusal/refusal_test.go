package refusal_test

import (
	"errors"
	"fmt"
	"testing"

	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"dataroom.dev/intralinks-operator/internal/refusal"
)

func TestEachFieldThatIsWrongIsTold(t *testing.T) {
	g := NewWithT(t)
	err := fmt.Errorf("create: %w", &apierrors.StatusError{ErrStatus: metav1.Status{Message: "all of it", Details: &metav1.StatusDetails{
		Causes: []metav1.StatusCause{
			{Field: "spec.source", Message: "Invalid value: set id or name"},
			{Field: "<nil>", Message: "some rules were not checked"},
			{Field: "spec.interval", Message: "at least a minute"},
		},
	}}})
	g.Expect(refusal.Fields(err)).To(Equal([]string{"spec.interval: at least a minute", "spec.source: set id or name"}))
	g.Expect(refusal.Message(err)).To(Equal("all of it"))
}

func TestARefusalThatBlamesNoField(t *testing.T) {
	g := NewWithT(t)
	err := apierrors.NewForbidden(schema.GroupResource{Resource: "foldersyncs"}, "heron", errors.New("no"))
	g.Expect(refusal.Fields(err)).To(BeEmpty())
	g.Expect(refusal.Message(err)).To(ContainSubstring("no"))
	g.Expect(refusal.Fields(errors.New("no connection"))).To(BeEmpty())
	g.Expect(refusal.Message(errors.New("no connection"))).To(Equal("no connection"))
}
