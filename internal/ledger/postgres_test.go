package ledger_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

// onPostgres is the variable that has a test's ledgers lie in PostgreSQL.
const onPostgres = "LEDGER_ON_POSTGRES"

// everywhere are the tests of what a ledger does, wherever it lies.
var everywhere = map[string]func(*testing.T){
	"WhatIsAdoptedIsRecordedAsCarried":                   TestWhatIsAdoptedIsRecordedAsCarried,
	"AdoptionEndsWhatWasOpen":                            TestAdoptionEndsWhatWasOpen,
	"AdoptionLeavesWhatIsKnownToStand":                   TestAdoptionLeavesWhatIsKnownToStand,
	"DocumentsAreAdoptedAllOrNone":                       TestDocumentsAreAdoptedAllOrNone,
	"WhatIsRecognisedReplacesTheRecord":                  TestWhatIsRecognisedReplacesTheRecord,
	"ADestinationIsMarkedAsSearchedOnce":                 TestADestinationIsMarkedAsSearchedOnce,
	"OneFolderOfTheDivisionIsForgotten":                  TestOneFolderOfTheDivisionIsForgotten,
	"TheLifeOfADocument":                                 TestTheLifeOfADocument,
	"AFailureBeforeAnythingWasSent":                      TestAFailureBeforeAnythingWasSent,
	"AFailureOfANewVersionLeavesTheOldOneWhereItStands":  TestAFailureOfANewVersionLeavesTheOldOneWhereItStands,
	"AnUploadWhoseIDLuminanceDidNotTellStandsAllTheSame": TestAnUploadWhoseIDLuminanceDidNotTellStandsAllTheSame,
	"AnUploadThatNothingAnnouncedIsRefused":              TestAnUploadThatNothingAnnouncedIsRefused,
	"AbandoningWhatWasNeverBegunChangesNothing":          TestAbandoningWhatWasNeverBegunChangesNothing,
	"RecordsBelongToBothEnds":                            TestRecordsBelongToBothEnds,
	"FolderNamesAreKeptAndChosenAnew":                    TestFolderNamesAreKeptAndChosenAnew,
	"FolderNamesAreSavedAllOrNone":                       TestFolderNamesAreSavedAllOrNone,
	"PlacesBelongToTheDivision":                          TestPlacesBelongToTheDivision,
	"OnlyThePlacesOnTheWayAndBelowAreRead":               TestOnlyThePlacesOnTheWayAndBelowAreRead,
	"ALookIsDueFromItsTimeOnUntilItHasAnOutcome":         TestALookIsDueFromItsTimeOnUntilItHasAnOutcome,
	"WhatFailedIsLookedAtWhenSomebodyAsks":               TestWhatFailedIsLookedAtWhenSomebodyAsks,
	"TheOutcomeOfAnImportIsPartOfWhatStands":             TestTheOutcomeOfAnImportIsPartOfWhatStands,
	"AnAnswerTellsWhetherTheLedgerCanBeRead":             TestAnAnswerTellsWhetherTheLedgerCanBeRead,
	"ErrorsNameNoDocuments":                              TestErrorsNameNoDocuments,
	"ManyWriteAtOnce":                                    TestManyWriteAtOnce,
	"SightingsMoveAndHideAndBringBack":                   TestSightingsMoveAndHideAndBringBack,
	"SightingsAreRecordedAllOrNone":                      TestSightingsAreRecordedAllOrNone,
	"AVanishingIsKeptUntilItIsOver":                      TestAVanishingIsKeptUntilItIsOver,
	"WhatIsCarriedElsewhereLeavesAFormerPlace":           TestWhatIsCarriedElsewhereLeavesAFormerPlace,
	"WhatStaysInItsPlaceKeepsThePathItWasCarriedFrom":    TestWhatStaysInItsPlaceKeepsThePathItWasCarriedFrom,
	"ClaimsAreOfTheWholeDivision":                        TestClaimsAreOfTheWholeDivision,
	"RequestsSinceATimeAndOpenOnesAreLoaded":             TestRequestsSinceATimeAndOpenOnesAreLoaded,
	"ARequestNeverBecomesOlderByBeingStored":             TestARequestNeverBecomesOlderByBeingStored,
	"ReleasedAndPrunedRequestsAreGone":                   TestReleasedAndPrunedRequestsAreGone,
	"ABudgetCountsWhatAnEarlierProcessSent":              TestABudgetCountsWhatAnEarlierProcessSent,
	"AThrottleIsKeptForItsHost":                          TestAThrottleIsKeptForItsHost,
	"WhoIsOvertakenWritesNothingAnyMore":                 TestWhoIsOvertakenWritesNothingAnyMore,
	"WhoNeverLedWritesNothing":                           TestWhoNeverLedWritesNothing,
	"TheLedgerTellsItsSizeAndWhatFailed":                 TestTheLedgerTellsItsSizeAndWhatFailed,
	"PathsMayBeLong":                                     TestPathsMayBeLong,
}

// onFiles are the tests of what only files do.
var onFiles = map[string]bool{
	"AnIntentOutlivesTheKillOfItsProcess":         true, // below, as it starts this binary once more
	"ADamagedLedgerIsSetAsideWhole":               true,
	"ASoundLedgerIsNotSetAside":                   true,
	"EveryCommitIsFlushed":                        true,
	"ALedgerThatCannotBeOpenedSaysWhatToDo":       true,
	"AFileThatCannotBeOpenedSaysWhoMustBeAbleTo":  true,
	"TheAddressIsAPathAsItIs":                     true,
	"AnotherDriverIsGivenTheSameAddress":          true,
	"OpeningAgainChangesNothing":                  true,
	"ChangesThatComeAtOnceShareACommit":           true, // a server groups commits by itself
	"AChangeThatFailsFailsAlone":                  true,
	"AChangeThatIsCalledOffWhileItWaitsIsNotDone": true,
	"AnOvertakenProcessWritesNothingOfAGroup":     true,
	"AReaderDoesNotWaitForAWriter":                true,
	"WhatIsWrittenAgainIsPreparedOnce":            true, // pgx prepares by itself
}

// TestOnPostgres does every test of the ledger once more, on a PostgreSQL server.
func TestOnPostgres(t *testing.T) {
	postgres.Start(t)
	for name, test := range everywhere {
		t.Run(name, func(t *testing.T) {
			t.Setenv(onPostgres, "1")
			test(t)
		})
	}
}

// TestEveryTestIsForBothOrForFiles keeps the lists above whole.
func TestEveryTestIsForBothOrForFiles(t *testing.T) {
	g := NewWithT(t)
	files, err := filepath.Glob("*_test.go")
	g.Expect(err).NotTo(HaveOccurred())
	for _, file := range files {
		if strings.HasPrefix(file, "postgres") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		g.Expect(err).NotTo(HaveOccurred())
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				name := strings.TrimPrefix(f.Name.Name, "Test")
				g.Expect(everywhere[name] != nil).NotTo(Equal(onFiles[name]), "list %s in %s among the tests of both kinds of ledger, or of files", name, file)
			}
		}
	}
}
