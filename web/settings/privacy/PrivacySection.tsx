import type { ReactElement } from 'react'
import { Section } from '../Section.tsx'
import { DeletionList } from './DeletionList.tsx'
import { FindPerson } from './FindPerson.tsx'
import { SuppressedList } from './SuppressedList.tsx'

/** People: what there is of one, their deletion, and those whose events are not taken. */
export function PrivacySection(): ReactElement {
  return (
    <Section
      id="privacy"
      title="Privacy"
      help="Find everything that is stored of a person, and delete it everywhere. Rules that keep personal data out are in the settings of sources and destinations."
    >
      <FindPerson />
      <DeletionList />
      <SuppressedList />
    </Section>
  )
}
