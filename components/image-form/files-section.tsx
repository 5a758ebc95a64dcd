'use client'
import { FolderX, House, Users } from 'lucide-react'
import { RadioCards } from '@/components/ui/radio-cards'
import { homeWords } from './field-words'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'
import { VolumesEditor } from './volumes-editor'

const homes = [
  {
    value: 'perUserAndImage',
    label: homeWords.perUserAndImage,
    hint: 'Files in /home/kasm-user are there again at the next launch of this workspace. Others do not see them.',
    icon: <House aria-hidden="true" />,
  },
  {
    value: 'perUser',
    label: homeWords.perUser,
    hint: 'The same files in every workspace that is set this way. Only one of them can run at a time for a user.',
    icon: <Users aria-hidden="true" />,
  },
  {
    value: 'none',
    label: homeWords.none,
    hint: 'Files are gone when the session is stopped or deleted. For kiosks and throw-away work.',
    icon: <FolderX aria-hidden="true" />,
  },
]

export function FilesSection() {
  return (
    <FormSection
      id="files"
      title={sectionTitle('files')}
      description="What outlives a session. The home lies on one agent, and later launches go there."
    >
      <FormField
        name="homePolicy"
        as="group"
        className={wide}
        hint="Changing this does not move files: homes already made stay as they are."
      >
        {({ input }) => (
          <RadioCards
            name={input.name}
            cards={homes}
            value={input.value}
            onChange={(event) => input.onChange(event.target.value)}
            columns={3}
          />
        )}
      </FormField>
      <FormField
        name="volumes"
        as="group"
        className={wide}
        hint="A named volume lies on each agent apart: another agent has its own. Directories of a host must be declared on the agent."
      >
        {({ input, at }) => <VolumesEditor value={input.value} onChange={input.onChange} at={at} />}
      </FormField>
    </FormSection>
  )
}
